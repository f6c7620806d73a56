namespace Rubato.Benchmarks;

/// <summary>Errors of a row at a budget.</summary>
/// <param name="Row">How samples were drawn.</param>
/// <param name="Budget">Mean steps that were asked for.</param>
/// <param name="Steps">Of each sample.</param>
/// <param name="Errors">Root mean square difference from the long run, of each sample.</param>
/// <param name="Seconds">Of a sample, in the mean.</param>
internal sealed record AcDiffErrorPoint(AcDiffRow Row, int Budget, int[] Steps, double[] Errors, double Seconds)
{
    /// <summary>Over all samples.</summary>
    public Distribution Error { get; } = Distribution.Of(Errors);

    /// <summary>Mean steps, which are evaluations.</summary>
    public double Evaluations { get; } = Steps.Average();
}

/// <summary>Errors of a row less those of another, sample by sample; below 0 the first is nearer.</summary>
/// <param name="First">The row.</param>
/// <param name="Second">The other.</param>
/// <param name="Budget">Mean steps of both.</param>
/// <param name="Mean">Mean difference.</param>
/// <param name="Interval">Its 95 % bootstrap interval.</param>
/// <param name="Of">What the second has.</param>
internal sealed record AcDiffDifference(AcDiffRow First, AcDiffRow Second, int Budget, double Mean, Interval Interval, double Of)
{
    /// <summary>Whether the first is nearer, with certainty.</summary>
    public bool IsBetter => Interval.High < 0;
}

/// <summary>Pictures of a row at a budget.</summary>
internal sealed record AcDiffPicturePoint
{
    /// <summary>How samples were drawn.</summary>
    public required AcDiffRow Row { get; init; }

    /// <summary>What adapted the runs, in words; empty for nothing.</summary>
    public string With { get; init; } = "";

    /// <summary>w.</summary>
    public required double Guidance { get; init; }

    /// <summary>Mean steps that were asked for.</summary>
    public required int Budget { get; init; }

    /// <summary>Of each sample.</summary>
    public required int[] Steps { get; init; }

    /// <summary>Mean evaluations.</summary>
    public required double Evaluations { get; init; }

    /// <summary>Of a sample, in the mean.</summary>
    public required double Seconds { get; init; }

    /// <summary>What was seen.</summary>
    public required PictureFigures Figures { get; init; }
}

/// <summary>Horizons that the model estimates at a budget.</summary>
/// <param name="Budget">Mean steps.</param>
/// <param name="Steps">Of each condition.</param>
/// <param name="Shipped">Mean steps by the model's own rule, which is set on all kinds of conditions that it was trained on.</param>
/// <param name="ByClass">Steps of the conditions of each class, of which there may be none.</param>
/// <param name="ByDensity">Steps of the conditions of each quarter, from that with the fewest edges on.</param>
/// <param name="EdgeDensity">Spearman's correlation of steps with the density of edges, and its p-value.</param>
/// <param name="Rung">Steps at which foreseen and measured errors are compared.</param>
/// <param name="Foreseen">Spearman's correlation of what is foreseen with the mean ln of two measured errors, and its p-value.</param>
/// <param name="BetweenNoises">
/// That of the two measured errors, which begin with different noise: the share of the condition in the order of errors. No estimate
/// from the condition can be better than it allows.
/// </param>
internal sealed record AcDiffHorizonPoint(
    int Budget, int[] Steps, double Shipped, int[][] ByClass, int[][] ByDensity, (double Correlation, double PValue) EdgeDensity,
    int Rung, (double Correlation, double PValue) Foreseen, (double Correlation, double PValue) BetweenNoises);

/// <summary>The study of AC-Diff.</summary>
internal sealed record AcDiffResult
{
    /// <summary>What was measured.</summary>
    public required StudyOrigin Origin { get; init; }

    /// <summary>How large it was.</summary>
    public required AcDiffPlan Plan { get; init; }

    /// <summary>Names of the classes.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>How many conditions the model's horizons were fitted to.</summary>
    public required int Fitted { get; init; }

    /// <summary>Errors without guidance.</summary>
    public IReadOnlyList<AcDiffErrorPoint> Errors { get; init; } = [];

    /// <summary>Errors by another rule, schedule or solver, without guidance, on fewer conditions.</summary>
    public IReadOnlyList<AcDiffErrorPoint> Ablations { get; init; } = [];

    /// <summary>Pictures without guidance; the first is R1.</summary>
    public IReadOnlyList<AcDiffPicturePoint> Pictures { get; init; } = [];

    /// <summary>Conditions in the reverse process alone, R0, and R1 on the same conditions.</summary>
    public IReadOnlyList<AcDiffPicturePoint> Reverse { get; init; } = [];

    /// <summary>What w was chosen by; empty where it was given.</summary>
    public IReadOnlyList<AcDiffPicturePoint> Choice { get; init; } = [];

    /// <summary>Pictures with guidance; the first is R1.</summary>
    public IReadOnlyList<AcDiffPicturePoint> Guided { get; init; } = [];

    /// <summary>Estimated horizons.</summary>
    public IReadOnlyList<AcDiffHorizonPoint> Horizons { get; init; } = [];

    /// <summary>Fréchet distance of real pictures that were not trained on; null where no picture was judged.</summary>
    public double? HeldOutDistance { get; init; }
}
