namespace Rubato.Planning;

/// <summary>
/// Stops of a table that was made for one number of steps; for others ln(kappa) is interpolated over the place. Sabour et al.
/// 2024, arXiv:2404.14507 (Align Your Steps).
/// </summary>
/// <param name="Table">Falling values of kappa, all above 0.</param>
public sealed record TableLevels(IReadOnlyList<double> Table) : KappaLevels
{
    /// <summary>Stable Diffusion 1.5.</summary>
    public static readonly TableLevels StableDiffusion15
        = new([14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152]);

    /// <summary>Stable Diffusion XL.</summary>
    public static readonly TableLevels StableDiffusionXL
        = new([14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113]);

    /// <summary>Stable Video Diffusion.</summary>
    public static readonly TableLevels StableVideoDiffusion
        = new([700, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034]);

    /// <inheritdoc/>
    protected internal override double[] Sigmas(int count, double min, double max)
        => [.. Enumerable.Range(0, count).Select(i =>
        {
            double place = count == 1 ? 0 : (double)i / (count - 1) * (Table.Count - 1);
            int low = Math.Min((int)place, Table.Count - 2);
            return Math.Exp(Math.Log(Table[low]) + (place - low) * (Math.Log(Table[low + 1]) - Math.Log(Table[low])));
        })];
}
