using Rubato.Pipelines;
using Rubato.Planning;

namespace Rubato.Benchmarks;

/// <summary>A model that can be run on chains of a fixed beta schedule too, by their names.</summary>
internal static class FixedBetaPlans
{
    private static readonly Dictionary<string, FixedBeta> ByName = Enum.GetValues<FixedBeta>()
        .ToDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>The name of a chain's schedule.</summary>
    public static string NameOf(FixedBeta rule) => rule.ToString().ToLowerInvariant();

    /// <summary>The model with these schedules besides its own.</summary>
    public static Diffuser With(Diffuser parts) => parts with
    {
        Plan = choice => choice.Schedule is { } name && ByName.TryGetValue(name, out FixedBeta rule) ? Fixed(parts, choice, rule)
            : parts.Plan(choice),
    };

    private static SchedulerPlan Fixed(Diffuser parts, SamplerChoice choice, FixedBeta rule)
    {
        // The solver is the one that the hybrid schedule gets: between levels, whatever they are.
        SchedulerPlan plan = parts.Plan(choice with { Schedule = ScheduleNames.Hybrid });
        return plan with { Grid = new FixedBetaLevels(rule).Plan(parts.Meaning.Process, choice.Steps, plan.Grid.Coordinates) };
    }
}
