/** Asks what was deployed, so that what comes after it can be laid at its door. */
import { client } from "../api.ts";
import { useAct } from "./act.ts";
import Dialog, { byOf, Field, NameField, Pick, textOf } from "./dialog.tsx";

interface MarkDeployProps {
  regions: readonly string[];
  /** Whom it concerns, where it is marked on a monitor's page. */
  monitor?: { id: string; name: string };
  onClose(): void;
}

export default function MarkDeploy({ regions, monitor, onClose }: MarkDeployProps) {
  const state = useAct((form: FormData) => {
    const at = textOf(form, "at");
    const url = textOf(form, "url");
    const where = form.getAll("regions").map(String);
    return client.addDeploy({
      service: textOf(form, "service"),
      version: textOf(form, "version"),
      ...byOf(form),
      // The field has no zone; its time is UTC, as all times on these pages are.
      ...(at !== "" && { at: Date.parse(`${at}Z`) }),
      ...(where.length > 0 && { regions: where }),
      ...(url !== "" && { url }),
      ...(monitor !== undefined && textOf(form, "whom") === "monitor" && { monitors: [monitor.id] }),
    });
  }, onClose);
  return (
    <Dialog title="Mark a deploy" does="Mark" state={state} onDo={state.act} onClose={onClose}>
      <p className="quiet">
        It stands on the charts, and an incident that begins after it names it. A pipeline does the same with{" "}
        <code>statusquo deploy</code>.
      </p>
      <Field label="Service" name="service" required most={100} placeholder="gateway" />
      <Field label="Version" name="version" required most={100} placeholder="2025.11.3" />
      <Field label="When, UTC" name="at" type="datetime-local" hint="now when left empty" />
      <fieldset className="pick">
        <legend>Where</legend>
        {regions.map((region) => (
          <label key={region}>
            <input type="checkbox" name="regions" value={region} />
            {region}
          </label>
        ))}
        <span className="faint">everywhere when none is marked</span>
      </fieldset>
      {monitor !== undefined && (
        <Pick
          label="Whom it concerns"
          name="whom"
          chosen="all"
          options={[
            { value: "all", text: "Every monitor" },
            { value: "monitor", text: `Only ${monitor.name}` },
          ]}
        />
      )}
      <Field label="Address" name="url" type="url" most={2_048} placeholder="https://ci.example.com/run/7" />
      <NameField />
    </Dialog>
  );
}
