export { bradleyTerry, type Comparison, type Strengths } from './agreement/bradley-terry.ts'
export { type DawidSkene, dawidSkene } from './agreement/dawid-skene.ts'
export { cohenKappa, fleissKappa, gwetAc, type KappaWeights } from './agreement/kappa.ts'
export { krippendorffAlpha } from './agreement/krippendorff.ts'
export type { Ratings, Scale } from './agreement/ratings.ts'
export type { Labels, Numbers } from './columns.ts'
export { attributionNdcg } from './drift/attribution.ts'
export { binCounts, categoryCounts, type Edges, quantileEdges } from './drift/bins.ts'
export { type ClassifierDrift, type ClassifierDriftOptions, classifierDrift } from './drift/classifier.ts'
export { energyDistance, wasserstein, wassersteinNormed } from './drift/distance.ts'
export {
  hellinger,
  jensenShannonDistance,
  jensenShannonDistanceBase2,
  jensenShannonThreshold,
  kullbackLeibler,
  largestShift,
  totalVariation,
} from './drift/divergence.ts'
export { type KsOptions, kolmogorovSmirnov } from './drift/kolmogorov.ts'
export { type MmdOptions, maximumMeanDiscrepancy } from './drift/mmd.ts'
export { type PsiOptions, psi, psiThreshold } from './drift/psi.ts'
export { andersonDarling, cramerVonMises } from './drift/rank-tests.ts'
export { fitReconstruction, type Reconstruction, reconstructionError } from './drift/reconstruction.ts'
export { type ColumnDrift, type DriftColumn, type DriftOptions, driftReport } from './drift/report.ts'
export { type AdwinState, adwin } from './drift/stream/adwin.ts'
export { type CusumState, cusum } from './drift/stream/cusum.ts'
export { type DdmState, ddm } from './drift/stream/ddm.ts'
export type { Detector, Verdict } from './drift/stream/detector.ts'
export { type EddmState, eddm } from './drift/stream/eddm.ts'
export { type PageHinkleyState, pageHinkley } from './drift/stream/page-hinkley.ts'
export { type ExpectedPerformance, expectedPerformance, fitCalibration } from './drift/unlabelled/confidence-based.ts'
export { applyIsotonic, fitIsotonic, type Isotonic } from './drift/unlabelled/isotonic.ts'
export { predictionPoweredMean } from './drift/unlabelled/prediction-powered.ts'
export { type Faithfulness, faithfulness, type Occlusion, type ScoreTokens, tokenOcclusion } from './explain/faithfulness.ts'
export { type ColumnImportance, type Dependence, type ImportanceOptions, partialDependence, permutationImportance } from './explain/importance.ts'
export type { PredictRows } from './explain/model.ts'
export { kernelShap, type Shapley, type ShapOptions } from './explain/shapley.ts'
export {
  type ClarifyMode,
  type ClarifyOptions,
  classImbalance,
  differenceInPositiveLabels,
  type LabelCounts,
  labelJs,
  labelKl,
  labelKs,
  labelL2,
  labelTvd,
} from './fairness/clarify-labels.ts'
export {
  accuracyDifference,
  clarifyDisparateImpact,
  differenceInAcceptanceRates,
  differenceInConditionalAcceptance,
  differenceInConditionalRejection,
  differenceInPositivePredictions,
  differenceInRejectionRates,
  recallDifference,
  specificityDifference,
  type TwoGroups,
  treatmentEquality,
} from './fairness/clarify-predictions.ts'
export { conditionalDemographicDisparity, demographicDisparity } from './fairness/conditional-disparity.ts'
export { counterfactualFlipRate, counterfactualGap, counterfactualLean } from './fairness/counterfactual.ts'
export {
  type FrameGroup,
  type FrameInput,
  type FrameOptions,
  type FrameSlice,
  fairnessFrame,
  metricByGroup,
  type NamedColumns,
  rateOf,
  totalOf,
} from './fairness/frame.ts'
export { countByGroup, type GroupCell, type GroupInput, type RateName, rates } from './fairness/group-counts.ts'
export { betweenGroupEntropy, consistency, flipTest, generalizedEntropy, generalizedEntropyOf, theilIndex } from './fairness/individual.ts'
export {
  averageAbsoluteOddsDifference,
  averageOddsDifference,
  differentialFairness,
  type ImpactRatio,
  type Impossibility,
  impactRatios,
  impossibility,
} from './fairness/odds.ts'
export {
  demographicParityDifference,
  demographicParityRatio,
  disparateImpact,
  equalizedOddsDifference,
  equalizedOddsRatio,
  equalOpportunityDifference,
  equalOpportunityRatio,
  type ParityOptions,
  rateDifference,
  rateRatio,
} from './fairness/parity.ts'
export {
  type AmplificationInput,
  type BbqAnswer,
  type BbqItem,
  bbqAmbiguousScore,
  bbqDisambiguatedScore,
  biasAmplification,
  crowsPairsLogRatio,
  crowsPairsScore,
  icatScore,
} from './fairness/stereotypes.ts'
export {
  betaQuantile,
  binomialCdf,
  binomialSurvival,
  chiSquareQuantile,
  chiSquareSurvival,
  normalCdf,
  normalDensity,
  normalQuantile,
  normalSurvival,
  poissonCdf,
  studentQuantile,
} from './numeric/distributions.ts'
export type { Matrix } from './numeric/neighbours.ts'
export { quantile, weightedQuantile } from './numeric/quantile.ts'
export { createRandom, type Random, shuffle } from './numeric/random.ts'
export { logSumExp, mean, sum, variance, weightedMean } from './numeric/sum.ts'
export { type Anonymity, anonymity } from './privacy/anonymity.ts'
export { canaryExposure, longestVerbatimRun, sampledExposure } from './privacy/exposure.ts'
export { type MembershipAttack, membershipAttack, privacyLowerBound } from './privacy/membership.ts'
export { type BleuOptions, bleu } from './quality/bleu.ts'
export {
  type BinRule,
  brierDecomposition,
  brierScore,
  expectedCalibrationError,
  hosmerLemeshowTest,
  maximumCalibrationError,
  type ReliabilityBin,
  reliabilityCurve,
  riskCoverageArea,
  spiegelhalterTest,
} from './quality/calibration.ts'
export { type ChrfOptions, chrf } from './quality/chrf.ts'
export { type ClassScores, logLoss, topKAccuracy } from './quality/class-probabilities.ts'
export {
  type Averaging,
  accuracy,
  balancedAccuracy,
  type ClassOptions,
  fBeta,
  precision,
  type QualityOptions,
  recall,
} from './quality/classification.ts'
export { type Cells, type Confusion, cellsOf, confusion } from './quality/confusion.ts'
export { kendallTauB, pearson, spearman } from './quality/correlation.ts'
export { distinctN, levenshtein, wordErrorRate } from './quality/edit-distance.ts'
export { matthewsCorrelation } from './quality/matthews.ts'
export { passAtK, passHatK } from './quality/pass-at-k.ts'
export { averagePrecision, precisionRecallAuc, rocAuc, rocCurve } from './quality/ranking-curve.ts'
export {
  meanAbsoluteError,
  meanAbsolutePercentageError,
  quantileLoss,
  type RegressionOptions,
  rootMeanSquaredError,
  rSquared,
} from './quality/regression.ts'
export { meanAveragePrecision, meanReciprocalRank, type NdcgOptions, ndcg, precisionAtK, type Rankings, recallAtK } from './quality/retrieval.ts'
export { type RougeScore, rougeL, rougeLsum, rougeN } from './quality/rouge.ts'
export { exactMatch, f1Bag, f1Set, isExactMatch, isQuasiExactMatch, normalizeAnswer, quasiExactMatch } from './quality/text-match.ts'
export {
  type Estimate,
  estimate,
  type Interval,
  InvalidArgument,
  isDefined,
  notDefined,
  type Result,
  type TestResult,
  type Undefined,
} from './result.ts'
export type { Running } from './running.ts'
export { type AsymptoticOptions, asymptoticSequence, asymptoticSequenceTest, sequenceTuning } from './sequential/asymptotic.ts'
export { type Bet, type BettingState, bettingProcess } from './sequential/betting.ts'
export { type BernsteinState, empiricalBernsteinSequence, type MeanSequence } from './sequential/empirical-bernstein.ts'
export { type Arm, type Cuped, cuped, differenceOfMeans, sampleRatioMismatch } from './sequential/experiment.ts'
export { type GroupBound, groupSequentialBounds, type Spending } from './sequential/group-sequential.ts'
export { type Evidence, msprtBernoulli, msprtNormal } from './sequential/msprt.ts'
export { type DistinctSketch, type DistinctState, distinctSketch, distinctSketchFrom } from './sketch/distinct.ts'
export { type QuantileSketch, type QuantileState, quantileSketch, quantileSketchFrom } from './sketch/quantiles.ts'
export type { Sketch } from './sketch/sketch.ts'
export { type BootstrapOptions, bootstrap, bootstrapMean, type RowStatistic } from './uncertainty/bootstrap.ts'
export { chiSquareGoodness, chiSquareIndependence, fisherExact, twoProportionZ } from './uncertainty/counts.ts'
export { agrestiCaffo, newcombe, riskRatio, type Share } from './uncertainty/difference.ts'
export { cliffDelta, cohenD, cohenH, cramerV, hedgesG } from './uncertainty/effect-size.ts'
export { kruskalWallis, mannWhitney, welch } from './uncertainty/location.ts'
export { clusteredMean, deltaMethod, isNonInferior, meanInterval } from './uncertainty/mean.ts'
export {
  type Adjusted,
  benjaminiHochberg,
  benjaminiYekutieli,
  bonferroni,
  holm,
  type OnlineState,
  type OnlineStep,
  startOnline,
  testOnline,
} from './uncertainty/multiplicity.ts'
export { mcnemar, mcnemarExact, pairedT, wilcoxon } from './uncertainty/paired.ts'
export { type PermutationOptions, pairedPermutationTest, permutationTest } from './uncertainty/permutation.ts'
export { normalPower, normalSampleSize, type PowerOptions, precisionSampleSize, proportionSampleSize } from './uncertainty/power.ts'
export { type DetectorQuality, roganGladen } from './uncertainty/prevalence.ts'
export { clopperPearson, poissonRate, wilson } from './uncertainty/proportion.ts'
export type { Heavy, HeavyName } from './worker/heavy.ts'
export { runInWorker, shared } from './worker/run-in-worker.ts'
