/** Any text at all, as UTF-16 units: lone surrogates, controls and marks of every channel among them. */
import fc from "fast-check";

const unit = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) },
  { weight: 2, arbitrary: fc.constantFrom(..."<>&|*_~`'\"\\\r\n\t @!#;%\u202e\u2028\u0000\u001b\ud800\udc00") },
  { weight: 1, arbitrary: fc.constantFrom("</td>", "<b>", "<!--", "-->", "]]>", "&#x3c;", "&lt;", "<!here>", "👍") },
);

export const anyText = (maxLength = 200) => fc.array(unit, { maxLength }).map((units) => units.join(""));
