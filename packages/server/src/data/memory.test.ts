import { testDataEngine } from './contract.ts';
import { openMemoryData } from './memory.ts';

testDataEngine('memory', async () => ({ engine: openMemoryData() }));
