import { cpuDevice, describeNumerics } from "./numerics.ts";
import { type ProviderReport, probeProvider } from "./probe.ts";
import { type Device, type Provider, providers } from "./provider.ts";

/**
 * The speed-up in the trial that `auto` demands of a GPU. The trial is one large call, which suits a GPU best; a picture is many
 * small ones, and gains about half as much: an H100 was 1.6 times as fast as 16 cores in the trial, and a picture of the toybox
 * took 1.1 to 1.6 times as long (BENCHMARKS.md, On a GPU).
 */
const worthwhile = 3;

/** Tries all providers one after another, since each is timed. */
export async function probeAll(): Promise<readonly ProviderReport[]> {
  const reports: ProviderReport[] = [];
  for (const provider of providers) reports.push(await probeProvider(provider, { timed: true }));
  return reports;
}

/**
 * The fastest provider that works and is clearly faster than the CPU, or else the CPU. A software adapter such as
 * SwiftShader or llvmpipe, which works but is slow, is never chosen.
 */
export function fastestProvider(reports: readonly ProviderReport[]): Provider {
  let best: { provider: Provider; speed: number } = { provider: "cpu", speed: worthwhile };
  for (const { provider, works, speed = 0 } of reports) if (works && speed > best.speed) best = { provider, speed };
  return best.provider;
}

/**
 * The device for what was asked: the named provider, or with "auto" the fastest. If a provider asked for by name does not
 * work, this is reported with a way out; it is never replaced.
 */
export async function chooseDevice(
  asked: Provider | "auto",
): Promise<Device | { readonly message: string; readonly remedy: string }> {
  if (asked === "cpu") return cpuDevice();
  const reports = asked === "auto" ? await probeAll() : [await probeProvider(asked, { timed: false })];
  const provider = asked === "auto" ? fastestProvider(reports) : asked;
  const { works, reason, remedy = "", bits } = reports.find((report) => report.provider === provider)!;
  if (!works) return { message: `The provider ${provider} cannot be used: ${reason}.`, remedy };
  return { provider, numerics: describeNumerics(provider, bits) };
}
