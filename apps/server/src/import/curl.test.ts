import { expect, test } from "vitest";
import { readCurl, readCurlArguments } from "./curl.ts";
import type { Foreign } from "./foreign.ts";
import { settle } from "./settle.ts";
import { commandsOf } from "./shell-words.ts";

const words = (text: string) => commandsOf("x.sh", text).map((command) => command.map((word) => word.text));
const check = (text: string) => readCurl("x.sh", text).checks[0] as Foreign;
const imported = (text: string) => settle(readCurl("x.sh", text), "curl");

test.each<[string, string[][]]>([
  ["a 'b c' \"d e\"", [["a", "b c", "d e"]]],
  ["a\\ b 'it'\\''s'", [["a b", "it's"]]],
  ["a \\\n  b \\\r\n c", [["a", "b", "c"]]],
  ['"a\\"b\\\\c\\d\\\ne"', [['a"b\\c\\de']]],
  ["$'a\\n\\t\\'\\x41\\u00e9\\101'", [["a\n\t'Aé" + "A"]]],
  ['a""b \'\' ""', [["ab", "", ""]]],
  ["a # comment\nb#c", [["a"], ["b#c"]]],
  ["a | b && c; d &", [["a"], ["b"], ["c"], ["d"]]],
  ["a > out 2>&1 >> more b", [["a", "b"]]],
  ["$A \"${B}\" '$C' \\$D", [["${env:A}", "${env:B}", "$C", "$D"]]],
  ["a$ b", [["a$", "b"]]],
])("bash reads %j as %j", (text, expected) => {
  expect(words(text)).toEqual(expected);
});

test.each([
  ["curl 'https://example.com/", /^x\.sh:1:6: the quote ' that opens here is never closed; expected a command such as/],
  ['curl \\\n -H "a', /^x\.sh:2:5: the quote "/],
  ["curl $'a\\'", /^x\.sh:1:6: the quote \$'/],
  ["curl -s", /^x\.sh:1:1: the command names no address/],
  ["curl https://example.com/ -H", /^x\.sh:1:27: -H needs a value/],
  ["wget https://example.com/", /^x\.sh:1:1: there is no curl command; expected one such as/],
  ["", /^x\.sh:1:1: there is no curl command/],
])("%j is refused with its place", (text, message) => {
  expect(() => readCurl("x.sh", text)).toThrow(message);
});

test.each<[string, Partial<Foreign>]>([
  ["curl example.com", { method: "GET", url: "http://example.com" }],
  ["curl -I https://e.com/", { method: "HEAD" }],
  ["curl -XDELETE https://e.com/", { method: "DELETE" }],
  [
    "curl -d a=1 -d b=2 https://e.com/",
    {
      method: "POST",
      body: {
        kind: "form",
        fields: [
          ["a", "1"],
          ["b", "2"],
        ],
      },
    },
  ],
  [
    "curl -G -d a=1 --data-urlencode 'b=x y' https://e.com/?c=3",
    { method: "GET", url: "https://e.com/?c=3&a=1&b=x%20y", body: null },
  ],
  [
    "curl --json '{\"a\":1}' https://e.com/",
    { method: "POST", body: { kind: "text", text: '{"a":1}', type: "application/json" } },
  ],
  [
    "curl -d '<a/>' -H 'content-type: text/xml' https://e.com/",
    { body: { kind: "text", text: "<a/>", type: "text/xml" } },
  ],
  [
    "curl -d '{\"a\":1}' https://e.com/",
    { body: { kind: "text", text: '{"a":1}', type: "application/x-www-form-urlencoded" } },
  ],
  ["curl -u user:pa:ss https://e.com/", { basic: { user: "user", password: "pa:ss" } }],
  ["curl -L https://e.com/", { redirects: 50 }],
  ["curl -L --max-redirs 2 https://e.com/", { redirects: 2 }],
  ["curl -m 2.5 https://e.com/", { timeoutMs: 2_500 }],
  ["curl -b 'a=1; b=2' https://e.com/", { headers: [["cookie", "a=1; b=2"]] }],
  [
    "curl -A me -e https://r.com/ https://e.com/",
    {
      headers: [
        ["user-agent", "me"],
        ["referer", "https://r.com/"],
      ],
    },
  ],
  [
    "curl -H 'x-a:1' -H 'x-b;' -H 'x-c:' https://e.com/",
    {
      headers: [
        ["x-a", "1"],
        ["x-b", ""],
      ],
    },
  ],
  ["curl --oauth2-bearer t https://e.com/", { bearer: "t" }],
  ["curl -sSfvLko /dev/null https://e.com/", { redirects: 50, url: "https://e.com/" }],
  ["FOO=1 /usr/bin/curl -- https://e.com/", { url: "https://e.com/" }],
  ["$ curl https://e.com/", { url: "https://e.com/" }],
])("%s is that request", (text, expected) => {
  expect(check(text)).toMatchObject(expected);
});

test.each([
  ["-k", { kind: "insecure" }],
  ["-x http://proxy:3128", { kind: "proxy", url: "http://proxy:3128" }],
  ["-x proxy:3128 -U a:b:c", { kind: "proxy", url: "proxy:3128", user: { name: "a", password: "b:c" } }],
  [
    "-F 'a=1;type=text/plain' --form-string 'b=@2;type=x'",
    {
      kind: "multipart",
      parts: [
        ["a", "1"],
        ["b", "@2;type=x"],
      ],
    },
  ],
  ["-4", { kind: "ip", version: 4, only: true }],
  ["-6", { kind: "ip", version: 6, only: true }],
  ["--http2", { kind: "http2" }],
  ["--cert a.pem --key b.pem", { kind: "client-certificate", certificate: "a.pem", key: "b.pem" }],
  ["--cacert ca.pem", { kind: "authority", file: "ca.pem" }],
  [
    "-F a=1 -F f=@b.txt",
    {
      kind: "multipart",
      parts: [
        ["a", "1"],
        ["f", null],
      ],
    },
  ],
  ["--resolve e.com:443:127.0.0.1", { kind: "other", said: "--resolve" }],
])("%s is a demand of its own", (options, want) => {
  expect(check(`curl ${options} https://e.com/`).wants).toContainEqual(expect.objectContaining(want));
});

test.each([
  ["curl -d @body.json https://e.com/", "its body is in a file"],
  ["curl -T file https://e.com/", "it sends the file"],
  ["curl --digest -u a:b https://e.com/", "digest"],
  ["curl https://e.com/$(date +%s)", "only a running shell knows"],
  ['curl "https://e.com/`date`"', "only a running shell knows"],
  ["curl https://e.com/{a,b}", "its address stands for several"],
])("%s is left out with its reason", (text, why) => {
  expect(check(text).leftOut).toContain(why);
});

test("several addresses, several commands and --next are monitors each", async () => {
  const { monitors, said } = await imported(
    "curl https://e.com/a https://e.com/b --next -I https://e.com/c\ncurl https://e.com/d | jq .",
  );
  expect(monitors).toEqual(["e-com-a", "e-com-b", "head-e-com-c", "e-com-d"]);
  expect(said.map(({ message }) => message)).toEqual(["The command jq was left out: it is not curl."]);
});

test("secrets become references, wherever they stand; variables of the shell already are", async () => {
  const { yaml, variables } = await imported(
    `curl -H 'Authorization: Bearer s3cret' -H "X-Api-Key: $KEY" -d 'user=u&password=s3cret' 'https://e.com/?token=s3cret&a=1'`,
  );
  expect(yaml).not.toContain("s3cret");
  expect(variables).toEqual(["POST_E_COM_TOKEN", "KEY", "POST_E_COM_PASSWORD"]);
  expect((await imported("curl https://probe:s3cret@e.com/")).yaml).not.toContain("s3cret");
  expect((await imported(`curl --json '{"client_secret":"s3cret"}' https://e.com/`)).yaml).not.toContain("s3cret");
});

test("arguments that a shell has split are read as they are", () => {
  const { checks } = readCurlArguments(["-X", "PUT", "-d", "$HOME 'x'", "https://e.com/"]);
  expect(checks).toMatchObject([{ method: "PUT", body: { text: "$HOME 'x'" } }]);
  expect(() => readCurlArguments(["-X"])).toThrow("-X needs a value");
});

test("a million quotes cost their length", () => {
  const text = `curl ${"$'a' ".repeat(100_000)}`;
  expect(commandsOf("x.sh", text)[0]).toHaveLength(100_001);
});
