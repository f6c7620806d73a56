using Rubato.Pipelines;

namespace Rubato;

/// <summary>How a request is going to be drawn.</summary>
/// <param name="Subject">What it shows.</param>
/// <param name="Steps">The horizon: steps of its grid.</param>
/// <param name="Schedule">The schedule's name; null for the solver's own.</param>
/// <param name="Sampler">Its solver and grid.</param>
/// <param name="IsEstimated">Whether the horizon was estimated from the request, and not given.</param>
public sealed record SamplePlan(Subject Subject, int Steps, string? Schedule, SchedulerPlan Sampler, bool IsEstimated);
