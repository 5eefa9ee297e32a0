export { type FakeRunner, type FakeRunnerOptions, type FakeStage, fakeRunner } from "./fake-runner.ts";
export { type RunnerUnderTest, runnerContract } from "./runner.contract.ts";
