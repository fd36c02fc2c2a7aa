/** One of a few, as buttons side by side. */
interface ChoiceProps<T extends string> {
  label: string;
  options: readonly (T | { value: T; text: string })[];
  value: T;
  onChoose(value: T): void;
}

export function Choice<T extends string>({ label, options, value, onChoose }: ChoiceProps<T>) {
  return (
    <fieldset className="choice">
      <legend className="sr">{label}</legend>
      {options.map((option) => {
        const { value: own, text } = typeof option === "string" ? { value: option, text: option } : option;
        return (
          <button key={own} type="button" className="num" aria-pressed={own === value} onClick={() => onChoose(own)}>
            {text}
          </button>
        );
      })}
    </fieldset>
  );
}
