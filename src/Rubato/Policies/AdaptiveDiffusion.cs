using System.Globalization;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Policies;

/// <summary>How long a run of reused outputs may last.</summary>
public enum SkipLimit
{
    /// <summary>As the published code has it: a first run may be five steps long, whatever the limit says.</summary>
    Reference,

    /// <summary>At most the limit, always.</summary>
    Strict,
}

/// <summary>
/// AdaptiveDiffusion: the network's last output is used again while the state moves so evenly that the third-order
/// difference of its path is small. Ye et al. 2024, arXiv:2410.09873; decisions as in the published code, but for
/// each sample on its own.
/// </summary>
public sealed record AdaptiveDiffusion : IPolicy
{
    private const int DecisionsBeforeForcing = 4;
    private static readonly string[] Orders = ["3", "2", "1", "vector"];   // by their number in SkipOrder
    private static readonly string[] CriterionNames =
        ["third-order difference", "second-order difference", "relative move", "third-order vector"];


    /// <summary>delta: the criterion, relative to the middle step length, up to which an output is reused; at least 0.</summary>
    public double Threshold
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Threshold), value, "must be at least 0");
    } = 0.01;

    /// <summary>C_max: how many steps in a row may be skipped, at least 1; see <see cref="Limit"/>.</summary>
    public int MaxSkip
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxSkip), value, "must be at least 1");
    } = 4;

    /// <summary>How <see cref="MaxSkip"/> is counted.</summary>
    public SkipLimit Limit { get; init; } = SkipLimit.Reference;

    /// <summary>What is compared with <see cref="Threshold"/>; thresholds of one order mean nothing to another.</summary>
    public SkipOrder Order { get; init; } = SkipOrder.Third;

    /// <summary>How moves of stochastic solvers are measured; makes no difference to others.</summary>
    public StepNoise Noise { get; init; } = StepNoise.Excluded;

    /// <inheritdoc/>
    public string Description => string.Create(CultureInfo.InvariantCulture,
        $"adaptive-diffusion:threshold={Threshold},max-skip={MaxSkip},limit={(Limit == SkipLimit.Strict ? "strict" : "reference")}")
        + $",order={Orders[(int)Order]},noise={(Noise == StepNoise.Included ? "included" : "excluded")}";

    /// <summary>
    /// Reads the settings <c>threshold</c>, <c>max-skip</c>, <c>limit</c> (reference or strict), <c>order</c> (3, 2, 1 or
    /// vector) and <c>noise</c> (excluded or included).
    /// </summary>
    public static AdaptiveDiffusion Parse(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new AdaptiveDiffusion
        {
            Threshold = settings.Number("threshold", 0.01, min: 0),
            MaxSkip = (int)settings.Number("max-skip", 4, min: 1, max: 1000),
            Limit = settings.Choice("limit", ("reference", SkipLimit.Reference), ("strict", SkipLimit.Strict)),
            Order = settings.Choice("order", [.. Orders.Index().Select(word => (word.Item, (SkipOrder)word.Index))]),
            Noise = settings.Choice("noise", ("excluded", StepNoise.Excluded), ("included", StepNoise.Included)),
        };
    }

    /// <inheritdoc/>
    public IBranchEvaluator Wrap(IBranchEvaluator inner, Trace trace) => new Run(this, inner, trace);

    /// <summary>
    /// |(d0 + d2) / 2 - d1| / d1 over the lengths of the last three moves, newest first: half the second difference of
    /// the step length, so of third order in the state.
    /// </summary>
    public static double Measure(double newest, double middle, double oldest)
        => SkipCriterion.Relative(Math.Abs((newest + oldest) / 2 - middle), middle);

    /// <summary>The decisions of one trajectory: what the lengths of its moves say about the next step.</summary>
    internal sealed class Decisions(AdaptiveDiffusion settings)
    {
        private readonly SkipCriterion _criterion = new(settings.Order);
        private readonly List<bool> _evaluate = [];
        private int _skipsInARow;

        /// <summary>The newest criterion; null before there are three differences.</summary>
        public Criterion? Criterion { get; private set; }

        /// <summary>Whether the newest decision was forced, without looking at the criterion.</summary>
        public bool Forced { get; private set; }

        /// <summary>Takes in the length of a move, and decides whether the next step evaluates; for orders that need no more.</summary>
        public bool Next(double difference) => Decide(_criterion.Add(difference));

        /// <summary>Takes in a move, and decides whether the next step evaluates.</summary>
        public bool Next(Tensor from, Tensor to) => Decide(_criterion.Add(from, to));

        private bool Decide(double? measured)
        {
            if (measured is not { } value) return true;
            Criterion = new Criterion(CriterionNames[(int)settings.Order], value, settings.Threshold);
            Forced = settings.Limit == SkipLimit.Strict
                ? _skipsInARow >= settings.MaxSkip
                : _evaluate.Count > DecisionsBeforeForcing && !_evaluate.TakeLast(settings.MaxSkip).Contains(true);
            bool evaluate = Forced || !Criterion.Value.IsWithin;
            _skipsInARow = evaluate ? 0 : _skipsInARow + 1;
            _evaluate.Add(evaluate);
            return evaluate;
        }
    }

    private sealed class Run(AdaptiveDiffusion settings, IBranchEvaluator inner, Trace trace) : IBranchEvaluator
    {
        private readonly Decisions _decisions = new(settings);
        private readonly ReusedOutputs _last = new();
        private Tensor? _state;
        private bool _evaluate = true;

        public async Task<BranchOutputs> EvaluateAsync(Tensor x, EvaluationPoint point, Branches branches)
        {
            if (point.Stage == 0) Decide(x, point);
            return !_evaluate && _last.TryGet(point, branches, out BranchOutputs kept)
                ? kept : _last.Keep(point, await inner.EvaluateAsync(x, point, branches).ConfigureAwait(false));
        }

        /// <summary>The state before the first step is noise, not a place on the path: moves count from the second on.</summary>
        private void Decide(Tensor x, EvaluationPoint point)
        {
            if (point.Step >= 2 && _state is not null)
            {
                _evaluate = _decisions.Next(_state, settings.Noise == StepNoise.Excluded ? point.BeforeNoise ?? x : x);
                if (_decisions.Criterion is { } criterion) trace.Current.Note(criterion);
            }

            if (point.Step >= 1) _state = x;
        }
    }
}
