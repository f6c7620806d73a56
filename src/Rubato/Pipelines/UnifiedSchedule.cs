using Rubato.Checkpoints;
using Rubato.Planning;
using Rubato.Solvers;

namespace Rubato.Pipelines;

/// <summary>What stands in place of the network at the first level of a searched schedule.</summary>
public enum FirstAnswer
{
    /// <summary>Nothing: the network is asked.</summary>
    Network,

    /// <summary>The state is taken for noise alone.</summary>
    Noise,

    /// <summary>The mean of the training pictures is taken for the clean sample.</summary>
    MeanPicture,
}

/// <summary>
/// A searched schedule in the unified framework USF (Liu et al. 2023, arXiv:2312.07243), as JSON: times, and for each step its
/// order, what it is solved for, how derivatives are estimated, and a corrector.
/// </summary>
public sealed record UnifiedSchedule
{
    private const int MostSteps = 1000;

    private static readonly Dictionary<string, FirstAnswer> FirstAnswers = new(StringComparer.Ordinal)
    {
        ["no_afs"] = FirstAnswer.Network,
        ["zero_x0"] = FirstAnswer.Noise,
        ["average_x0"] = FirstAnswer.MeanPicture,
    };

    private static readonly Dictionary<string, SolvedFor> Predictions = new(StringComparer.Ordinal)
    {
        ["noise"] = SolvedFor.Noise,
        ["data"] = SolvedFor.Data,
    };

    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>Times of the process, falling; one more than steps.</summary>
    public required IReadOnlyList<double> Times { get; init; }

    /// <summary>One for each step.</summary>
    public required IReadOnlyList<StepChoice> Steps { get; init; }

    /// <summary>What stands in place of the network at the first level.</summary>
    public FirstAnswer First { get; init; }

    /// <summary>Where it stops.</summary>
    public IPlanner Planner => new GivenTimes(Times);

    /// <summary>Reads a schedule.</summary>
    /// <exception cref="CheckpointException">A value is missing, or of another type.</exception>
    /// <exception cref="NotSupportedException">A step needs the statistics of DPM-Solver-v3, which are the model's own.</exception>
    public static UnifiedSchedule Read(ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new UnifiedSchedule
        {
            Name = config.ReadText("name", ""),
            Times = config.ReadDoubles("timesteps", 0, 1e6, MostSteps),
            First = config.ReadChoice("first_step", FirstAnswers, FirstAnswer.Network),
            Steps = [.. config.ReadObjects("steps", MostSteps).Select(ReadStep)],
        };
    }

    /// <summary>The solver.</summary>
    /// <param name="meanPicture">The mean of the training pictures, in the shape of the state, where the schedule begins with it.</param>
    /// <exception cref="ArgumentException">It is needed and missing.</exception>
    public UnifiedSolver Solver(Tensors.Tensor? meanPicture = null) => new(Steps)
    {
        First = First switch
        {
            FirstAnswer.Noise => UnifiedSolver.NoiseAlone,
            FirstAnswer.MeanPicture => UnifiedSolver.DataAlone(meanPicture
                ?? throw new ArgumentException($"{Name} begins with the mean picture of its training data.", nameof(meanPicture))),
            _ => null,
        },
    };

    private static StepChoice ReadStep(ModelConfig step)
    {
        string prediction = step.ReadText("prediction");
        if (prediction == "dpm_v3") throw new NotSupportedException("a step needs the statistics of DPM-Solver-v3, which are the model's own");
        return new StepChoice(step.ReadChoice("prediction", Predictions, SolvedFor.Data), ReadDerivatives(step))
        {
            Corrector = step.ReadObject("corrector") is { } corrector ? ReadDerivatives(corrector) : null,
        };
    }

    private static DerivativeEstimate[] ReadDerivatives(ModelConfig step)
        => [.. step.ReadObjects("derivatives", MostSteps).Select(derivative => new DerivativeEstimate(
            derivative.ReadInt32("order", 1, 9), derivative.ReadInt32s("points", -MostSteps, -1, 9),
            derivative.ReadDouble("relaxation_coefficient", -100, 100, 0)))];
}
