/** The key a message carries, whatever it looks like otherwise; "" when there is none. */
export const keyIn = (text: string) => /\binc-\d+\.\d+\.[\w.@-]*[\w]/.exec(text)?.[0] ?? "";
