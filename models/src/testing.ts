export { type FakeRunner, type FakeRunnerOptions, type FakeStage, fakeRunner } from "./runner/fake-runner.ts";
export { type RunnerUnderTest, runnerContract } from "./runner/runner.contract.ts";
