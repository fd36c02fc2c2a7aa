import { expect, test } from "vitest";
import { parseSmtpAddress } from "./smtp-address.ts";

test("mail leaves encrypted unless the address is loopback or says otherwise", () => {
  const encryption = (text: string) => {
    const address = parseSmtpAddress(text);
    return typeof address === "string" ? address : `${address.encryption} ${address.place}`;
  };
  expect(encryption("smtp://mail.example.com")).toBe("starttls mail.example.com:587");
  expect(encryption("smtp://mail.example.com:25?tls=off")).toBe("none mail.example.com:25");
  expect(encryption("smtps://mail.example.com")).toBe("tls mail.example.com:465");
  expect(encryption("smtp://127.0.0.1:1025")).toBe("none 127.0.0.1:1025");
  expect(encryption("smtp://[::1]:1025")).toBe("none [::1]:1025");
  expect(encryption("smtp://localhost:1025?tls=required")).toBe("starttls localhost:1025");
  expect(encryption("smtp://127.0.0.1.example.com")).toBe("starttls 127.0.0.1.example.com:587");
});

test("user and password are decoded", () => {
  expect(parseSmtpAddress("smtp://me%40example.com:p%25ss@mail.example.com")).toMatchObject({
    auth: { user: "me@example.com", pass: "p%ss" },
  });
});

test("what cannot be read is refused with what is allowed, and never repeated", () => {
  const bad = ["hunter2", "http://me:hunter2@mail.example.com", "smtp://", "smtp://me:hunter2%@mail.example.com"];
  for (const text of [...bad, "smtp://me:hunter2@h?tls=maybe", "smtp://me:hunter2@h?pool=true"]) {
    const sentence = parseSmtpAddress(text);
    expect(sentence).toMatch(/^smtp/);
    expect(sentence).not.toContain("hunter2");
  }
});
