using Rubato.Checkpoints;
using Rubato.Guidance;
using Rubato.Pipelines.Schedulers;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;

namespace Rubato.Pipelines;

/// <summary>What a caller of a scheduler chooses besides its configuration.</summary>
/// <param name="Steps">Steps of the grid, at least 1; without meaning where a list is given.</param>
public sealed record SchedulerCall(int Steps)
{
    /// <summary>Training steps to stop at, falling, in place of a count; null for none.</summary>
    public IReadOnlyList<double>? Timesteps { get; init; }

    /// <summary>
    /// Values of sigma / alpha to stop at, the final one included; for flow models times without it. Null for none.
    /// </summary>
    public IReadOnlyList<double>? Sigmas { get; init; }

    /// <summary>mu of flow models that shift by the size of the picture; null for others.</summary>
    public double? Mu { get; init; }

    /// <summary>How stochastic a solver is, 0 to 1; gamma of TCD; null for the solver's own.</summary>
    public double? Eta
    {
        get;
        init => field = value is null or (>= 0 and <= 1) ? value
            : throw new ArgumentOutOfRangeException(nameof(Eta), value, "must be from 0 to 1");
    }

    /// <summary>s_noise: standard deviation of a solver's noise, relative to the exact one; null for 1.</summary>
    public double? NoiseScale { get; init; }

    /// <summary>Order of a multistep solver, at least 1; null for its own.</summary>
    public int? Order { get; init; }

    /// <summary>How many of the steps that a distilled model was trained with its grid is chosen from; null for the configuration's.</summary>
    public int? OriginalSteps { get; init; }

    /// <summary>The part of those steps that is used, 0 to 1.</summary>
    public double Strength { get; init; } = 1;

    /// <summary>Whether DDIM derives the noise again from a clipped sample.</summary>
    public bool UseClippedOutput { get; init; }

    /// <summary>What is known of a picture that is to be completed; RePaint needs it, others have no use for it.</summary>
    public Inpainting? Inpainting { get; init; }

    /// <summary>Added noise of Euler's method; null for none.</summary>
    public Churn? Churn { get; init; }
}

/// <summary>A picture of which a part is to be drawn anew.</summary>
/// <param name="Known">The picture, in the shape of the state.</param>
/// <param name="Mask">1 where it is kept, 0 where it is drawn; the shape of the state.</param>
/// <param name="JumpLength">How many steps a jump goes back.</param>
/// <param name="Passages">How often each stretch is gone through.</param>
public sealed record Inpainting(Tensor Known, Tensor Mask, int JumpLength = 10, int Passages = 10);

/// <summary>A planned run: how the state moves, and where it stops.</summary>
/// <param name="Solver">Moves the state.</param>
/// <param name="Grid">In the coordinates of the solver.</param>
public readonly record struct SchedulerPlan(ISolver Solver, TimeGrid Grid);

/// <summary>
/// A scheduler of diffusers by its configuration (<c>scheduler_config.json</c>): the process that the model was trained
/// on, what its output means, and the solver and grid that the class stands for.
/// </summary>
public sealed class DiffusersScheduler
{
    private readonly BuiltScheduler _built;

    private DiffusersScheduler(string className, BuiltScheduler built, IReadOnlyList<string> unknownKeys)
        => (ClassName, _built, UnknownKeys) = (className, built, unknownKeys);

    /// <summary>The classes that can be read.</summary>
    public static IEnumerable<string> Classes => SchedulerClasses.ByName.Keys;

    /// <summary>The class in diffusers.</summary>
    public string ClassName { get; }

    /// <summary>Process, parameterisation and data limit.</summary>
    public OutputMeaning Meaning => _built.Meaning;

    /// <summary>Keys of the configuration that mean nothing to this class; they are ignored.</summary>
    public IReadOnlyList<string> UnknownKeys { get; }

    /// <summary>Reads a configuration.</summary>
    /// <param name="config">The file's object.</param>
    /// <param name="className">
    /// The class; null for the one that the file names. Another one takes over what it knows of the file.
    /// </param>
    /// <exception cref="CheckpointException">A value is of another type, or out of range.</exception>
    /// <exception cref="NotSupportedException">The class, or an option of it, is not built yet.</exception>
    public static DiffusersScheduler Read(ModelConfig config, string? className = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        className ??= config.ReadText("_class_name");
        if (!SchedulerClasses.ByName.TryGetValue(className, out (SchedulerFamily, Func<SchedulerConfig, BuiltScheduler> Build) known))
            throw new NotSupportedException($"{className} is not built yet");
        var reader = new SchedulerConfig(config, className);
        BuiltScheduler built = known.Build(reader);
        return new DiffusersScheduler(className, built, reader.UnknownKeys);
    }

    /// <summary>The same grid for another solver.</summary>
    /// <param name="make">Makes the solver.</param>
    /// <param name="highest">The time of a flow that takes the place of 1; null for 1 itself.</param>
    internal DiffusersScheduler Moved(Func<SchedulerCall, ISolver> make, double? highest = null) => new(
        ClassName,
        _built with
        {
            Planner = call => _built.Planner(call) is FlowLevels flow ? flow with { Highest = highest } : _built.Planner(call),
            Solver = (call, _) => make(call),
            Coordinates = make(new SchedulerCall(1)).Coordinates,
        },
        UnknownKeys);

    /// <summary>The same solver over another grid, between the ends of its own where the process has no table.</summary>
    internal DiffusersScheduler On(IPlanner schedule) => new(
        ClassName,
        _built with
        {
            Planner = call => (_built.Planner(call), schedule) switch
            {
                (FlowLevels flow, KappaLevels curve) => flow with { Curve = curve },
                (KappaLevels own, KappaLevels curve) when Meaning.Process is Edm
                    => curve with { Min = own.Min, Max = own.Max, Ends = own.Ends },
                _ => schedule,
            },
        },
        UnknownKeys);

    /// <summary>The same scheduler over another process: that of tables which a checkpoint stores itself.</summary>
    public DiffusersScheduler Over(VariancePreserving process)
        => new(ClassName, _built with { Meaning = Meaning with { Process = process } }, UnknownKeys);

    /// <summary>Plans a run.</summary>
    /// <exception cref="ArgumentException">The steps, or a list in place of them, do not fit the process.</exception>
    public SchedulerPlan Plan(SchedulerCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        TimeGrid grid = _built.Planner(call).Plan(Meaning.Process, call.Steps, _built.Coordinates);
        if (_built.Arrange is not null) grid = _built.Arrange(grid);
        return new SchedulerPlan(_built.Solver(call, grid), grid);
    }
}
