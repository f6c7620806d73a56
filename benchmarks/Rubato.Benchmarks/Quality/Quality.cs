using System.Globalization;
using System.Text;
using Rubato.Evaluation;
using Rubato.Policies;

namespace Rubato.Benchmarks.Quality;

/// <summary>How close pictures are to the full run of the same seeds: PSNR in dB, capped, and what they cost.</summary>
internal sealed record Quality(double Evaluations, double Mean, double Median, double Fifth)
{
    public static Quality Of(IReadOnlyList<GeneratedSample> full, IReadOnlyList<GeneratedSample> cheaper)
    {
        double[] psnr = [.. full.Zip(cheaper, (a, b) => Psnr.Capped(a.Picture, b.Picture)).Order()];
        return new Quality(cheaper.Average(sample => sample.Evaluations), psnr.Average(), At(0.5), At(0.05));

        double At(double share)
        {
            double position = share * (psnr.Length - 1);
            int low = (int)position;
            return psnr[low] + (position - low) * (psnr[Math.Min(low + 1, psnr.Length - 1)] - psnr[low]);
        }
    }

    public string Cells => string.Create(CultureInfo.InvariantCulture, $"{Mean:F1} / {Median:F1} / {Fifth:F1}");
}

/// <summary>One budget: the policy, the fixed pattern and fewer steps at equal evaluations.</summary>
internal sealed record Row(AdaptiveDiffusion Policy, Quality Adaptive, Quality Fixed, Quality Fewer)
{
    public static string Table(IReadOnlyList<Row> rows)
    {
        var text = new StringBuilder();
        text.Append("| settings | evaluations of 50 | AdaptiveDiffusion | fixed pattern | fewer steps (evaluations) |\n|---|---|---|---|---|\n");
        foreach (Row row in rows) text.Append(row.ToMarkdown()).Append('\n');
        return text.ToString();
    }

    public string ToMarkdown() => string.Create(CultureInfo.InvariantCulture,
        $"| `{Policy.Description.Split(':')[1]}` | {Adaptive.Evaluations:F1} | {Adaptive.Cells} | {Fixed.Cells} | {Fewer.Cells} ({Fewer.Evaluations:F0}) |");
}
