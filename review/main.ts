import { readFileSync } from 'node:fs';

import { readArguments } from './arguments';
import { compareClosures } from './closure';
import { ReviewError } from './json';
import { type Plan, readPlan } from './plan';
import { review } from './review';
import { writeWhole } from './whole-file';
import { severity } from './verdict';

/** Returns the exit status. Nothing is written before all of the review is made. */
function main(args: readonly string[]): number {
  const { plans, closure, out } = readArguments(args);
  const read = plans.map(({ stack, file }) => readPlan(readText(file), stack, file));
  const text = review(read, closure && compareClosures(closure.old, closure.new));
  if (out === undefined) process.stdout.write(text);
  else writeWhole(out, text);
  return worst(read);
}

function worst(plans: readonly Plan[]): number {
  return Math.max(...plans.map((plan) => severity(plan)));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ReviewError(
      `${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  // Whatever it is, an error of ours too, must not pass for a verdict.
  console.error(`review: ${error instanceof ReviewError ? error.message : String(error)}`);
  process.exitCode = 1;
}
