import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../../base/paths';
import type { VerdictRecord } from '../../../releases/ledger';
import type { Candidate, Gate } from '../../../releases/types';
import type { EvidenceFile } from '../../../targets/evidence-files';

/** What the sample shop was asked when somebody had broken its discounts, and what it answered. */
const candidate: Candidate = {
  discounts: {
    service: 'discounts',
    image: 'localhost:5500/discounts',
    digest: 'sha256:3f2a91c0d4e5b8476a1e0f9d2c3b4a5968778695a4b3c2d1e0f1a2b3c4d5e6f7',
    revision: '9f3c1a2b7d4e5f60718293a4b5c6d7e8f9012345',
    message: 'Let savings save, but only for the rich',
  },
  frontend: {
    service: 'frontend',
    image: 'localhost:5500/frontend',
    digest: 'sha256:b81d4fae7dec11d0a76500a0c91e6bf6d8f0e2a4c6b8d0f2e4a6c8b0d2f4e6a8',
    revision: '',
  },
};

/** What was pushed after that. */
const later = {
  ...{ service: 'discounts', image: 'localhost:5500/discounts', message: 'A discount for spring' },
  digest: 'sha256:5e0d7c1ba9428f36d5c4b3a29180716f5e4d3c2b1a09f8e7d6c5b4a392817065',
  revision: '4b7e0d12c9f8a7b6c5d4e3f20192837465564738',
};

const gate: Gate = {
  checks: [
    { name: 'shop', type: 'browser', settings: {}, timeLimitSeconds: 120 },
    { name: 'health', type: 'http', settings: {}, timeLimitSeconds: 30 },
  ],
};

const problem =
  'expected text "Prices are lowered by", seen "GOODDOG15 is for orders of 999999.00 and more." for 5 s (at http://frontend:8080/)';

const steps = (failed?: number) =>
  [
    'the shop lists products with pictures and prices',
    'the shop shows a discount code',
    'the discounts service knows that code',
    'the code lowers the price',
    'the bag takes off the same code',
  ]
    .slice(0, failed)
    .map((name, index) => ({
      name,
      ok: index + 1 !== failed,
      seconds: [1.42, 0.08, 0.05, failed === undefined ? 0.31 : 5.13, 0.64][index] ?? 0,
      ...(index === 2 ? {} : { screenshot: `0${index + 1}-desktop-${name.replace(/\W+/g, '-')}.png` }),
      ...(index + 1 === failed ? { problem } : {}),
    }));

const picture = (name: string): Buffer => fs.readFileSync(path.join(projectRoot, 'docs', 'images', name));

function shopFiles(failed?: number): EvidenceFile[] {
  const all = steps(failed);
  const pictures = all.flatMap(({ screenshot, ok }) =>
    screenshot === undefined ? [] : [{ name: `shop/${screenshot}`, content: picture(ok ? 'shop.png' : 'refused.png') }],
  );
  const verdict = {
    ...{ name: 'shop', type: 'browser', environment: 'staging', verdict: failed === undefined ? 'pass' : 'fail' },
    ...{ summary: failed === undefined ? '5 steps passed' : `step "${all.at(-1)?.name ?? ''}": ${problem}` },
    ...{ startedAt: '2026-11-30T12:06:10.120Z', finishedAt: '2026-11-30T12:06:18.400Z', steps: all, files: [] },
  };
  const log = [
    '2026-11-30T12:06:13.204Z [desktop] console warning: the code GOODDOG15 was not taken',
    '2026-11-30T12:06:13.206Z [desktop] status 422: http://discounts:8080/discounts/GOODDOG15/price',
    `2026-11-30T12:06:18.391Z fail: step "the code lowers the price": ${problem}`,
  ];
  return [
    { name: 'shop/verdict.json', content: Buffer.from(JSON.stringify(verdict)) },
    ...pictures,
    ...(failed === undefined
      ? [{ name: 'shop/check.log', content: Buffer.from('2026-11-30T12:06:13.391Z pass: 5 steps passed\n') }]
      : [
          { name: 'shop/check.log', content: Buffer.from(`${log.join('\n')}\n`) },
          { name: 'shop/trace-desktop.zip', content: Buffer.alloc(412_345) },
        ]),
  ];
}

function healthFiles(): EvidenceFile[] {
  const verdict = {
    ...{ name: 'health', type: 'http', environment: 'staging', verdict: 'pass', summary: '2 steps passed' },
    ...{ startedAt: '2026-11-30T12:06:18.900Z', finishedAt: '2026-11-30T12:06:19.020Z', files: [] },
    steps: [
      { name: 'GET http://discounts:8080/health answers', ok: true, seconds: 0.02 },
      { name: 'status is 200 to 299', ok: true, seconds: 0 },
    ],
  };
  const response = 'GET http://discounts:8080/health\nstatus 200 after 0.018 s\ncontent-type: text/plain\n\nok\n';
  return [
    { name: 'health/verdict.json', content: Buffer.from(JSON.stringify(verdict)) },
    { name: 'health/response.txt', content: Buffer.from(response) },
  ];
}

const entry = {
  ...{ kind: 'verdict' as const, at: '2026-11-30T12:06:09.512Z', environment: 'production', upstream: 'staging' },
  ...{ candidate, gate, seconds: 10.4, by: 'pipeline sluice/discounts 12 (drone:ann)' },
  evidence: 'production/3f50f8085b22/2026-11-30T12-06-09-512Z',
};

/** A gate that has let through what was asked. */
export const pass: { record: VerdictRecord; files: EvidenceFile[] } = {
  record: {
    ...entry,
    candidate: { ...candidate, discounts: later },
    verdict: 'passed',
    summary: 'shop, health passed',
    checks: [
      { name: 'shop', verdict: 'passed', summary: '5 steps passed' },
      { name: 'health', verdict: 'passed', summary: '2 steps passed' },
    ],
  },
  files: [...shopFiles(), ...healthFiles()],
};

/** A gate that keeps out what breaks the shop. */
export const refusal: { record: VerdictRecord; files: EvidenceFile[] } = {
  record: {
    ...entry,
    verdict: 'refused',
    summary: `shop: step "the code lowers the price": ${problem}`,
    checks: [
      { name: 'shop', verdict: 'refused', summary: `step "the code lowers the price": ${problem}` },
      { name: 'health', verdict: 'passed', summary: '2 steps passed' },
    ],
  },
  files: [...healthFiles(), ...shopFiles(4)],
};
