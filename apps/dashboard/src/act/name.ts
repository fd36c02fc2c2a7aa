/** There are no accounts: a person is called what they call themselves. It is kept in this browser. */
const NAME_KEY = "statusquo-name";

export const rememberName = (name: string) => localStorage.setItem(NAME_KEY, name.trim());
export const nameOfPerson = () => localStorage.getItem(NAME_KEY) ?? "";

/** Who asks, as requests say it; nothing where the person has not said. */
export function personNamed(name: string = nameOfPerson()): { by?: string } {
  return name.trim() === "" ? {} : { by: name.trim() };
}
