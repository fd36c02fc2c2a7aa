/** Asks for the token of a server that wants one. */
import { type FormEvent, useId } from "react";
import { rememberToken, wasRefused } from "../api.ts";

export default function TokenForm() {
  const id = useId();
  const enter = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get("token");
    if (typeof token !== "string" || token.trim() === "") return;
    rememberToken(token.trim());
    // Everything begins anew with it, the stream as well.
    location.reload();
  };
  return (
    <form className="plain-page" onSubmit={enter}>
      <h1>This server asks for its token.</h1>
      {wasRefused() && (
        <p role="alert">
          <b>The token was refused.</b> Look for one that was cut short when it was copied.
        </p>
      )}
      <p>It is the one in STATUSQUO_TOKEN. It is kept until this tab is closed, and stands in no address.</p>
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
