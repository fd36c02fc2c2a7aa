/** The key a message carries, whatever it looks like otherwise; "" when there is none. */
export const keyIn = (text: string) => /\b(?:inc|self)-\d+\.\w+\.[\w.@-]*\w(?:\+\d+)?/.exec(text)?.[0] ?? "";
