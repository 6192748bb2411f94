// A page in TypeScript: what it may say and what it gets is known to the compiler.
import { ChipidClient, ChipidError, type ReadResult } from "../chipid-client.js";
import type { ErrorCode, Reader } from "../chipid-types.js";

const again: ErrorCode[] = ["ACCESS_DENIED", "CARD_REMOVED"];

export async function fill(number: string, agreed: HTMLInputElement, key: string | undefined): Promise<string> {
  const agent = await ChipidClient.connect(undefined, { name: "CT01", key });
  const ready: Reader | undefined = agent.readers.find((r) => r.state === "citizen");
  try {
    const result: ReadResult = await agent.readCard(
      { fields: ["fullName", "dateOfBirth"], purpose: "CT01", key: { id: number }, reader: ready?.name, citizenConsent: agreed.checked },
      { onProgress: (p) => console.log(p.percent, p.text.vi) },
    );
    if (result.report.outcome === "failed") return "";
    return `${result.citizen.fullName ?? ""}, ${result.citizen.dateOfBirth ?? ""}`;
  } catch (e) {
    if (e instanceof ChipidError && again.some((code) => code === e.code)) return fill(number, agreed, key);
    throw e;
  } finally {
    agent.close();
  }
}
