/** Asks for the token of a server that wants one. */
import { type FormEvent, useId, useState } from "react";
import { enter, isTokenNeeded } from "../api.ts";

export default function TokenForm() {
  const id = useId();
  const [refused, setRefused] = useState<string | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get("token");
    if (typeof token !== "string" || token.trim() === "") return;
    enter(token.trim()).then(
      // Everything begins anew with it, the stream as well.
      () => location.reload(),
      (error: unknown) =>
        setRefused(
          isTokenNeeded(error) ? "Look for one that was cut short when it was copied." : (error as Error).message,
        ),
    );
  };
  return (
    <form className="plain-page" onSubmit={submit}>
      <h1>This server asks for its token.</h1>
      {refused !== null && (
        <p role="alert">
          <b>The token was refused.</b> {refused}
        </p>
      )}
      <p>It is the one in STATUSQUO_TOKEN. It is shown to the server once and stands in no address.</p>
      <p className="token">
        <label htmlFor={id}>Token</label>
        <input id={id} name="token" type="password" autoComplete="current-password" required />
        <button type="submit" className="button primary">
          Enter
        </button>
      </p>
    </form>
  );
}
