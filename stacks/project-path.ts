import type { App } from 'cdktf';
import type { Construct } from 'constructs';

const KEY = 'projectPath';

/** Say once, for all stacks of an app, where the project is from the folder that Terraform runs in. */
export function useProjectPath(app: App, path: string): void {
  app.node.setContext(KEY, path);
}

/** Where the project is, seen from the folder that Terraform runs in: `../../..` unless the app was given another. */
export function projectPath(scope: Construct): string {
  const path: unknown = scope.node.tryGetContext(KEY);
  return typeof path === 'string' ? path : '../../..';
}
