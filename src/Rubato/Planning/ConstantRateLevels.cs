namespace Rubato.Planning;

/// <summary>
/// Stops between which the denoised sample moves equally far, from the noisiest training step to the cleanest, and then the clean
/// end: on normal data, whose denoiser is known. What AC-Diff's fitted schedules are compared with; they look at errors, this one
/// does not.
/// </summary>
internal sealed record ConstantRateLevels : KappaLevels
{
    private const int Pieces = 2000;   // of ln kappa: the way along each is a trapezium

    private readonly GaussianSurrogate _data;

    /// <summary>A planner.</summary>
    /// <param name="data">What is sampled.</param>
    public ConstantRateLevels(GaussianSurrogate data)
    {
        _data = data;
        Ends = new GridEnds { UnitStart = true };
    }

    /// <inheritdoc/>
    protected internal override double[] Sigmas(int count, double min, double max)
    {
        double[] logs = [.. Enumerable.Range(0, Pieces + 1).Select(i => Math.Log(min) + Math.Log(max / min) * i / Pieces)];
        double[] rates = [.. logs.Select(log => _data.Rate(Math.Exp(log)) * Math.Exp(log))];   // with ln kappa
        double[] way = new double[Pieces + 1];
        for (int i = 0; i < Pieces; i++) way[i + 1] = way[i] + (rates[i] + rates[i + 1]) / 2;
        return [.. Enumerable.Range(0, count).Select(i => i == 0 ? max : KappaAt(way[^1] * (count - i) / count))];

        double KappaAt(double part)
        {
            int above = Array.FindIndex(way, sum => sum >= part);
            double share = (way[above] - part) / (way[above] - way[above - 1]);
            return Math.Exp(logs[above] - share * (logs[above] - logs[above - 1]));
        }
    }
}
