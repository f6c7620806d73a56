using Rubato.Pipelines;
using Rubato.Planning;

namespace Rubato.Benchmarks;

/// <summary>A model that can be run on schedules besides its own that others are compared with, by their names.</summary>
internal static class StudySchedules
{
    /// <summary>The schedule of <see cref="ConstantRateLevels"/>.</summary>
    public const string ConstantRate = "constant_rate";

    /// <summary>The name of a chain's schedule.</summary>
    public static string NameOf(FixedBeta rule) => rule.ToString().ToLowerInvariant();

    /// <summary>The model with these schedules besides its own.</summary>
    /// <param name="parts">The model.</param>
    /// <param name="variances">Of the data along its principal axes; looked at where a run asks for it.</param>
    public static Diffuser With(Diffuser parts, Lazy<IReadOnlyList<double>> variances)
    {
        var chains = Enum.GetValues<FixedBeta>().ToDictionary(NameOf, rule => new FixedBetaLevels(rule), StringComparer.Ordinal);
        var constantRate = new Lazy<IPlanner>(() => new ConstantRateLevels(new GaussianSurrogate(variances.Value)));
        return parts with
        {
            Plan = choice => choice.Schedule switch
            {
                ConstantRate => On(constantRate.Value, parts, choice),
                { } name when chains.TryGetValue(name, out FixedBetaLevels? chain) => On(chain, parts, choice),
                _ => parts.Plan(choice),
            },
        };
    }

    private static SchedulerPlan On(IPlanner planner, Diffuser parts, SamplerChoice choice)
    {
        // The solver is the one that the hybrid schedule gets: between levels, whatever they are.
        SchedulerPlan plan = parts.Plan(choice with { Schedule = ScheduleNames.Hybrid });
        return plan with { Grid = planner.Plan(parts.Meaning.Process, choice.Steps, plan.Grid.Coordinates) };
    }
}
