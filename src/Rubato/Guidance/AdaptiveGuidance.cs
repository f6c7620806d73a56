using System.Globalization;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Guidance;

/// <summary>When <see cref="AdaptiveGuidance"/> may switch.</summary>
public enum GuidanceTrigger
{
    /// <summary>
    /// Not before max(2, a quarter of the steps), and not before the cosine has risen above its minimum by a tenth of
    /// what was missing to 1: at very high noise both branches are nearly the state itself. Ours, a reconstruction.
    /// </summary>
    Armed,

    /// <summary>At once, as the paper's rule reads.</summary>
    Published,
}

/// <summary>
/// Adaptive Guidance: the unconditional branch is dropped for good once both point the same way. Castillo et al. 2023,
/// arXiv:2312.12487. The cosine is taken between the two noise predictions; the step that reaches the threshold is
/// still guided, since both branches are there.
/// </summary>
public sealed record AdaptiveGuidance : IGuidance
{
    internal const string CriterionName = "guidance cosine";

    private const double RiseToArm = 0.1;
    private const int FewestSteps = 2;
    private const double ShareOfSteps = 0.25;

    /// <summary>gamma-bar: the cosine from which on guidance is off; 0.991 in the paper.</summary>
    public double Threshold { get; init; } = 0.991;

    /// <summary>When the switch may act.</summary>
    public GuidanceTrigger Trigger { get; init; } = GuidanceTrigger.Armed;

    /// <inheritdoc/>
    public string Description => string.Create(CultureInfo.InvariantCulture,
        $"adaptive-guidance:threshold={Threshold},trigger={(Trigger == GuidanceTrigger.Armed ? "armed" : "published")}");

    /// <summary>Reads the settings <c>threshold</c> and <c>trigger</c> (armed or published).</summary>
    public static AdaptiveGuidance Parse(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new AdaptiveGuidance
        {
            Threshold = settings.Number("threshold", 0.991),
            Trigger = settings.Choice("trigger", ("armed", GuidanceTrigger.Armed), ("published", GuidanceTrigger.Published)),
        };
    }

    /// <inheritdoc/>
    public IGuidanceRule Begin() => new Rule(this);

    /// <summary>The decision of one trajectory.</summary>
    internal sealed class Switch(AdaptiveGuidance settings)
    {
        private double _lowest = 1;

        /// <summary>Whether guidance is off, for good, after the steps seen so far.</summary>
        public bool IsOff { get; private set; }

        /// <summary>Takes in the cosine of a step.</summary>
        public void Observe(int step, int totalSteps, double cosine)
        {
            _lowest = Math.Min(_lowest, cosine);
            bool armed = settings.Trigger == GuidanceTrigger.Published
                || step >= Math.Max(FewestSteps, Math.Ceiling(ShareOfSteps * totalSteps)) && cosine - _lowest >= RiseToArm * (1 - _lowest);
            IsOff |= armed && cosine >= settings.Threshold;
        }
    }

    private sealed class Rule(AdaptiveGuidance settings) : IGuidanceRule
    {
        private readonly Switch _switch = new(settings);

        public Branches Select(EvaluationPoint point, Branches branches) => _switch.IsOff ? Branches.Conditional : branches;

        public void Observe(EvaluationContext context, BranchOutputs outputs)
        {
            // A stale branch has the cosine of an old level.
            if (outputs is not { Conditional: { } c, Unconditional: { } u } || !outputs.Fresh) return;
            Tensor conditional = context.NoiseOf(c.Output), unconditional = context.NoiseOf(u.Output);
            double cosine = conditional.Dot(unconditional) / (conditional.Norm() * unconditional.Norm());
            context.Trace.Note(new Criterion(CriterionName, cosine, settings.Threshold));
            _switch.Observe(context.Point.Step, context.TotalSteps, cosine);
        }
    }
}
