using Rubato.Checkpoints;
using Rubato.Pipelines.Schedulers;
using Rubato.Sampling;
using Rubato.Solvers;

namespace Rubato.Pipelines;

/// <summary>A solver under the name that people know it by.</summary>
/// <param name="Name">As k-diffusion and ComfyUI have it.</param>
/// <param name="Title">As the web UIs show it.</param>
/// <param name="Order">Of its error, where steps are small; of a stochastic one the weak order.</param>
/// <param name="Evaluations">Evaluations a step, without guidance.</param>
/// <param name="Source">Paper or code.</param>
public sealed record NamedSolver(string Name, string Title, double Order, int Evaluations, string Source)
{
    // Where flows are pure noise lambda is infinite; ComfyUI begins this close to it.
    private const double HighestFlowTime = 0.9999;

    /// <summary>Other names that find it; <see cref="SolverNames"/> says what is left out of them.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>
    /// What can be set, as in <c>euler_ancestral:eta=0.5</c>: <c>eta</c>, <c>s_noise</c>, <c>order</c>, or <c>s_churn</c> with
    /// <c>s_tmin</c> and <c>s_tmax</c>.
    /// </summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Whether it draws noise on the way.</summary>
    public bool IsStochastic { get; init; }

    /// <summary>The scheduler class of diffusers that it stands for; null for a solver that has none.</summary>
    public string? ClassName { get; init; }

    /// <summary>The class by which it was found: a model whose file names the same has it as the file says.</summary>
    internal string? FoundAs { get; init; }

    /// <summary>What the class is told over the model's own configuration: a JSON object.</summary>
    internal string Options { get; init; } = "{}";

    /// <summary>Makes the solver, where no class does; null for one that tables alone can use.</summary>
    internal Func<SchedulerCall, ISolver>? Make { get; init; }

    /// <summary>Makes the solver that the name means on a flow, if it begins at pure noise; null where it is the same.</summary>
    internal Func<SchedulerCall, ISolver>? MakeForFlow { get; init; }

    /// <summary>The solver on the grid of a model.</summary>
    /// <param name="config">The model's own scheduler.</param>
    /// <exception cref="ArgumentException">The solver is not for models of this kind.</exception>
    public DiffusersScheduler Bind(ModelConfig config)
    {
        string own = config.ReadText("_class_name", "");
        if (FoundAs is not null && FoundAs == own) return DiffusersScheduler.Read(config, own);
        SchedulerFamily family = SchedulerClasses.ByName.TryGetValue(own, out var known) ? known.Family : SchedulerFamily.Table;
        if (family == SchedulerFamily.Table)
        {
            if (ClassName is not null && SchedulerClasses.ByName[ClassName].Family != SchedulerFamily.Table) throw NotFor(own);
            return ClassName is null ? DiffusersScheduler.Read(config, KappaGrid).Moved(Make!)
                : DiffusersScheduler.Read(config.With(Options), ClassName);
        }

        var scheduler = DiffusersScheduler.Read(config, own);
        if (family == SchedulerFamily.Flow && MakeForFlow is not null) return scheduler.Moved(MakeForFlow);
        return Make is not null && family != SchedulerFamily.Circle
            ? scheduler.Moved(Make, HighestFlowTime)
            : throw NotFor(own);
    }

    private ArgumentException NotFor(string className) => new($"{Name} is not for models with a {className}.");

    /// <summary>A call with what was set.</summary>
    /// <param name="steps">Steps of the grid.</param>
    /// <param name="settings">What was set.</param>
    /// <exception cref="FormatException">A setting is none of the solver's, or out of range.</exception>
    internal SchedulerCall Call(int steps, Settings settings)
    {
        var call = new SchedulerCall(steps);
        foreach (string key in Settings)
        {
            call = key switch
            {
                "eta" => call with { Eta = settings.NumberOrNull(key, 0, 1) },
                "s_noise" => call with { NoiseScale = settings.NumberOrNull(key, 0, 10) },
                "order" => call with { Order = (int?)settings.NumberOrNull(key, 1, 9) },
                _ => call with
                {
                    Churn = new Churn
                    {
                        Amount = settings.Number("s_churn", 0, 0, 1000),
                        From = settings.Number("s_tmin", 0, 0),
                        To = settings.NumberOrNull("s_tmax", 0, double.MaxValue) ?? double.PositiveInfinity,
                        Scale = settings.Number("s_noise", 1, 0, 10),
                    },
                },
            };
        }

        settings.Verify();
        return call;
    }

    /// <summary>Whether this is what a configuration asks for.</summary>
    internal bool Matches(ModelConfig config) => ClassName == config.ReadText("_class_name") && config.Agrees(Options);

    /// <summary>The class whose grid solvers without one of their own take.</summary>
    private const string KappaGrid = "EulerDiscreteScheduler";
}
