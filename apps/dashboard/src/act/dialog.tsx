/** A dialog that asks for something: one form, what became of it, and a way out. */
import { type FormEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { type Act, refusedText } from "./act.ts";
import { nameOfPerson, personNamed, rememberName } from "./name.ts";
import "./dialog.css";

interface DialogProps {
  title: string;
  /** The words of the button that does it; none where there is nothing to do. */
  does?: string;
  state?: Pick<Act<never>, "error" | "isQueued" | "isPending">;
  onDo?(form: FormData): void;
  onClose(): void;
  children: ReactNode;
}

export default function Dialog({ title, does, state, onDo, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const by = form.get("by");
    if (typeof by === "string") rememberName(by);
    onDo?.(form);
  };
  return (
    <dialog ref={dialog} className="ask" aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      <form onSubmit={submit}>
        {children}
        <p className="refused" role="alert">
          {state !== undefined && refusedText(state)}
        </p>
        <p className="ask-buttons">
          {does !== undefined && (
            <button type="submit" className="button primary" disabled={state?.isPending}>
              {does}
            </button>
          )}
          <button type="button" className="button" onClick={onClose}>
            {does === undefined ? "Close" : "Cancel"}
          </button>
        </p>
      </form>
    </dialog>
  );
}

export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}

export const byOf = (form: FormData) => personNamed(textOf(form, "by"));

interface FieldProps {
  label: string;
  name: string;
  hint?: string;
  placeholder?: string;
  required?: boolean;
  most?: number;
  type?: "text" | "url" | "datetime-local";
}

export function Field({ label, name, hint, placeholder, required = false, most = 500, type = "text" }: FieldProps) {
  const id = useId();
  return (
    <p className="ask-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        type={type}
        required={required}
        maxLength={most}
        placeholder={placeholder}
        autoComplete="off"
      />
      {hint !== undefined && <span className="faint">{hint}</span>}
    </p>
  );
}

/** There are no accounts: a person is called what they call themselves. */
export function NameField() {
  const id = useId();
  return (
    <p className="ask-field">
      <label htmlFor={id}>Your name</label>
      <input id={id} name="by" type="text" maxLength={100} defaultValue={nameOfPerson()} autoComplete="nickname" />
      <span className="faint">written beside it; kept in this browser</span>
    </p>
  );
}

interface PickProps<T extends string> {
  label: string;
  name: string;
  options: readonly { value: T; text: string; hint?: string }[];
  chosen: T;
  onChoose?(value: T): void;
}

/** One of a few, as radio buttons. */
export function Pick<T extends string>({ label, name, options, chosen, onChoose }: PickProps<T>) {
  return (
    <fieldset className="pick">
      <legend>{label}</legend>
      {options.map(({ value, text, hint }) => (
        <label key={value}>
          <input
            type="radio"
            name={name}
            value={value}
            defaultChecked={value === chosen}
            onChange={() => onChoose?.(value)}
          />
          <span>
            {text}
            {hint !== undefined && <span className="faint"> {hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
