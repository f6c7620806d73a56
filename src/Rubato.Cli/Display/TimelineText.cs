using Rubato.Sampling;

namespace Rubato.Cli.Display;

/// <summary>A run in one line: darker where more of the steps ran the network.</summary>
internal static class TimelineText
{
    private const string Shades = "░▒▓█";

    /// <summary>Cells from the parts, 0 to 1, of steps in order; a cell stands for several where there are more steps than cells.</summary>
    /// <param name="filled">For each step reached so far.</param>
    /// <param name="steps">Steps in all.</param>
    /// <param name="cells">Length of the line when all steps are reached.</param>
    public static string Of(ReadOnlySpan<double> filled, int steps, int cells)
    {
        cells = Math.Min(cells, steps);
        var line = new System.Text.StringBuilder(cells);
        for (int i = 0; i < cells; i++)
        {
            int from = i * steps / cells, to = Math.Min((i + 1) * steps / cells, filled.Length);
            if (from >= to) break;
            double sum = 0;
            foreach (double part in filled[from..to]) sum += part;
            line.Append(Shades[(int)Math.Ceiling(sum / (to - from) * (Shades.Length - 1))]);
        }

        return line.ToString();
    }

    /// <summary>A finished run, a cell or part of one for each evaluation point.</summary>
    public static string Of(Trace trace, int cells)
    {
        int most = Math.Max(1, trace.Entries.Max(entry => entry.Evaluations));
        double[] filled = [.. trace.Entries.Select(entry => (double)entry.Evaluations / most)];
        return Of(filled, filled.Length, cells);
    }
}
