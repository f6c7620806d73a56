namespace Rubato.Benchmarks;

/// <summary>A solver at a budget, over all samples.</summary>
/// <param name="Solver">Its name.</param>
/// <param name="Schedule">The grid's.</param>
/// <param name="Guidance">w.</param>
/// <param name="Budget">Calls of the network that a sample may cost.</param>
/// <param name="Steps">The most that the budget pays.</param>
/// <param name="Calls">What they cost; with guidance each call is two evaluations.</param>
/// <param name="Errors">Root mean square difference from the reference, sample by sample.</param>
internal sealed record SolverPoint(string Solver, string Schedule, double Guidance, int Budget, int Steps, int Calls, double[] Errors)
{
    /// <summary>Over the samples; null where a sample went to infinity.</summary>
    public Distribution? Error { get; } = Errors.All(double.IsFinite) ? Distribution.Of(Errors) : null;

    /// <summary>Of the mean error, in dB for a range of 2; null where there is none.</summary>
    public double? Psnr => Error is { Mean: > 0 } error ? PsnrOf(error.Mean) : null;

    /// <summary>The error for comparisons: infinite where there is none.</summary>
    public double Mean => Error?.Mean ?? double.PositiveInfinity;

    /// <summary>Of a root mean square difference in a range of 2, in dB.</summary>
    public static double PsnrOf(double error) => 20 * Math.Log10(2 / error);
}

/// <summary>The best at a budget.</summary>
/// <param name="Best">The point with the least error.</param>
/// <param name="Second">The next.</param>
/// <param name="Lead">By how much the error of the second is larger, in pairs of one sample.</param>
internal sealed record SolverWin(SolverPoint Best, SolverPoint Second, Distribution Lead)
{
    /// <summary>Budget by budget; a budget that fewer than two meet has none.</summary>
    public static IReadOnlyList<SolverWin> Of(IEnumerable<SolverPoint> points)
        => [.. points.Where(point => point.Error is not null).GroupBy(point => point.Budget).OrderBy(group => group.Key)
            .Select(group => group.OrderBy(point => point.Mean).Take(2).ToArray()).Where(pair => pair.Length == 2)
            .Select(pair => new SolverWin(pair[0], pair[1],
                Distribution.Of([.. pair[1].Errors.Zip(pair[0].Errors, (second, best) => second - best)])))];
}

/// <summary>AdaptiveDiffusion on top of a solver, at the model's guidance.</summary>
/// <param name="Solver">Its name.</param>
/// <param name="Steps">Of the grid.</param>
/// <param name="Threshold">The policy's.</param>
/// <param name="FullCalls">Calls without the policy.</param>
/// <param name="Calls">Mean calls with it.</param>
/// <param name="Error">To the same reference.</param>
/// <param name="Plain">
/// The error of the solver without the policy at as many calls, read off the straight line between its budgets in
/// logarithms; null outside of them.
/// </param>
internal sealed record AdaptivePoint(
    string Solver, int Steps, double Threshold, int FullCalls, double Calls, Distribution Error, double? Plain);

/// <summary>Pictures of a solver as a distribution.</summary>
/// <param name="Solver">Its name.</param>
/// <param name="IsStochastic">Whether it draws noise on the way.</param>
/// <param name="Budget">Calls of the network that a sample may cost.</param>
/// <param name="Steps">The most that the budget pays.</param>
/// <param name="Calls">What they cost.</param>
/// <param name="Frechet">Distance in ResNet-56 features to the training pictures of CIFAR-10.</param>
/// <param name="Accuracy">Share of pictures that show their class to ResNet-56; null where the model has no classes of CIFAR-10.</param>
internal sealed record DistributionPoint(
    string Solver, bool IsStochastic, int Budget, int Steps, int Calls, FrechetEstimate Frechet, double? Accuracy);

/// <summary>A study of solvers.</summary>
internal sealed record SolverStudyResult
{
    /// <summary>What was measured.</summary>
    public required StudyOrigin Origin { get; init; }

    /// <summary>What the products of pictures that are judged were computed in; errors are those of the origin.</summary>
    public string? PicturePrecision { get; init; }

    /// <summary>How large the study was.</summary>
    public required SolverStudyPlan Plan { get; init; }

    /// <summary>The model's own guidance.</summary>
    public required double Guidance { get; init; }

    /// <summary>Names of the deterministic solvers, the best first: by the error at 20 calls with the model's own guidance.</summary>
    public required IReadOnlyList<string> Ranking { get; init; }

    /// <summary>Errors on the common grid.</summary>
    public IReadOnlyList<SolverPoint> Points { get; init; } = [];

    /// <summary>Errors of the best on other grids.</summary>
    public IReadOnlyList<SolverPoint> OtherSchedules { get; init; } = [];

    /// <summary>With AdaptiveDiffusion.</summary>
    public IReadOnlyList<AdaptivePoint> Adaptive { get; init; } = [];

    /// <summary>As distributions.</summary>
    public IReadOnlyList<DistributionPoint> Distribution { get; init; } = [];

    /// <summary>The distance of real pictures that were not trained on; null where no distribution was measured.</summary>
    public double? HeldOutDistance { get; init; }

    /// <summary>The weights of guidance that errors were taken at.</summary>
    public IEnumerable<double> Guidances => Points.Select(point => point.Guidance).Distinct();
}
