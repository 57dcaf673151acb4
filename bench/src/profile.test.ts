import { expect, test } from 'vitest';
import { sumUp, type CpuProfile } from './profile.ts';

function frame(functionName: string, url = ''): CpuProfile['nodes'][number]['callFrame'] {
  return { functionName, url, lineNumber: 0 };
}

const profile: CpuProfile = {
  startTime: 1000,
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 5] },
    { id: 2, callFrame: frame('serve', 'file:///x/packages/server/dist/serve.js'), children: [3] },
    { id: 3, callFrame: frame('end', 'node:_http_outgoing'), children: [4] },
    { id: 4, callFrame: frame('writev') },
    { id: 5, callFrame: frame('(idle)') },
  ],
  samples: [4, 5, 4, 2, 4],
  timeDeltas: [10, 500, 20, 10, 1000],
};

test('native work is charged to who asked for it, idling and other times count for nothing', () => {
  const { own, charged } = sumUp([profile], { from: 1000, until: 2000 }, 10);
  expect(own).toEqual([' 75.0 %  writev', ' 25.0 %  serve  packages/server/dist/serve.js:1']);
  expect(charged).toEqual(['100.0 %  serve  packages/server/dist/serve.js:1']);
});

test('no more than asked for', () => {
  expect(sumUp([profile], { from: 0, until: 9999 }, 1).own).toHaveLength(1);
});
