/** The key a message carries, whatever it looks like otherwise; "" when there is none. */
export const keyIn = (text: string) => /\binc-\d+\.\d+\.[\w.@-]*\w(?:\+\d+)?/.exec(text)?.[0] ?? "";
