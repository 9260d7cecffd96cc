import { beforeAfter } from './beforeAfter';
import { literalMarkdown, mapTexts } from './mapTexts';
import { integer, table } from './markdownTable';
import type { AnalysisReport } from './report';
import { summary } from './summary';
import { constraintText } from './training/constraint';
import { trainingOptions, type TrainingSettings } from './training/trainingSettings';
import type { EpochRecord, TrainingState } from './training/trainingState';

/** A training that has ended. */
export interface EndedTraining {
  readonly before: AnalysisReport;
  readonly after: AnalysisReport;
  readonly settings: TrainingSettings;
  readonly history: readonly EpochRecord[];
  readonly ended: NonNullable<TrainingState['ended']>;
  /** The epoch whose weights were kept. */
  readonly epoch: number;
}

const endings: Readonly<Record<EndedTraining['ended'], string>> = {
  epochs: 'All epochs were trained',
  patience: 'It stopped early, as the validation loss no longer fell',
  diverged: 'It stopped as the loss was not finite any more',
  stopped: 'It was stopped to keep its best epoch',
};

/** What training made of a checkpoint, as a Markdown document for people who review it beside the code. */
export function retrainReport(training: EndedTraining): string {
  const { before, after } = mapTexts({ before: training.before, after: training.after }, literalMarkdown);
  const { settings, history, ended, epoch } = training;
  const { optimizer, learningRate, constraints, epochs, batchSize, seed } = trainingOptions(settings);
  const kept = constraints.map(constraintText).join(', ');
  const parts = [
    `# ${before.checkpoint.file} → ${after.checkpoint.file}`,
    literalMarkdown(summary(training.after)),
    `${optimizer.kind}, learning rate ${learningRate.peak}, ${integer(epochs)} epochs of batches of ${integer(batchSize)}, seed ${seed}; ${kept === '' ? 'no constraints' : `constraints: \`${kept}\``}. ${endings[ended]}; the weights of epoch ${epoch} were kept.`,
    ...beforeAfter(before, after).flatMap(({ title, changes }) => [
      `## ${title}`,
      table(
        ['', 'before', 'after'],
        changes.map((change) => [change.name, change.before, change.after]),
      ),
    ]),
    '## Epochs',
    table(
      ['epoch', 'training loss', 'validation loss', 'validation error', 'largest gradient'],
      history.map((record) => [
        String(record.epoch),
        record.trainingLoss,
        record.validation?.loss ?? null,
        record.validation?.error ?? null,
        record.largestGradient,
      ]),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}
