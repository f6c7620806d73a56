using System.Globalization;

namespace Rubato.Cli.Display;

/// <summary>The levels of a grid in a terminal: a dot for every step, noise at the bottom, data at the top.</summary>
internal static class LevelPlot
{
    private const int Rows = 9, MostColumns = 60;

    /// <summary>Lines of text.</summary>
    /// <param name="levels">lambda where each step begins, in their order.</param>
    public static IReadOnlyList<string> Draw(IReadOnlyList<double> levels)
    {
        double low = Math.Floor(levels.Min()), high = Math.Ceiling(levels.Max());
        int columns = Math.Min(MostColumns, levels.Count);
        var cells = new char[Rows, columns];
        for (int i = 0; i < levels.Count; i++)
        {
            int column = levels.Count == 1 ? 0 : (int)Math.Round((double)i * (columns - 1) / (levels.Count - 1));
            int row = high == low ? 0 : (int)Math.Round((levels[i] - low) / (high - low) * (Rows - 1));
            cells[Rows - 1 - row, column] = '•';
        }

        var lines = new List<string>();
        for (int row = 0; row < Rows; row++)
        {
            double level = high - row * (high - low) / (Rows - 1);
            string label = row % 4 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{level,5:0.#}") : "     ";
            lines.Add($"{label} │{string.Concat(Enumerable.Range(0, columns).Select(column => cells[row, column] == '•' ? '•' : ' '))}".TrimEnd());
        }

        lines.Add($"      └{new string('─', columns)} step {levels.Count}");
        lines.Add("      lambda = ln(alpha / sigma) where each step begins");
        return lines;
    }
}
