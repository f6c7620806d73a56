using System.Globalization;
using System.Text;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Cli.Display;

/// <summary>Every schedule's stops over sigma / alpha, one line each, as SVG.</summary>
internal static class GridPlot
{
    private const int Width = 900, Left = 140, Right = 20, Top = 34, Line = 22;

    /// <summary>The picture, for the training table of Stable Diffusion.</summary>
    /// <param name="steps">Steps of each grid.</param>
    public static string Draw(int steps)
    {
        var process = VariancePreserving.FromBetas(BetaSchedules.ScaledLinear(1000));
        double low = Math.Log(0.01), high = Math.Log(1000);
        int height = Top + Line * ScheduleNames.ByName.Count + 40;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{Width}\" height=\"{height}\" fill=\"#fff\"/>\n");
        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{Left}\" y=\"18\" fill=\"#333\">Where {steps} steps stop: sigma / alpha, noise to the left (table of Stable Diffusion 1.5)</text>\n");
        for (int decade = -2; decade <= 3; decade++)
        {
            double x = X(decade * Math.Log(10));
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{x:F1} {Top}V{height - 34}\" stroke=\"#ddd\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{x:F1}\" y=\"{height - 16}\" text-anchor=\"middle\" fill=\"#555\">{Math.Pow(10, decade)}</text>\n");
        }

        int row = 0;
        foreach ((string name, IPlanner planner) in ScheduleNames.ByName)
        {
            double y = Top + Line * (row++ + 0.5);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 12}\" y=\"{y + 4:F1}\" text-anchor=\"end\" fill=\"#333\">{name}</text>");
            foreach (Step step in planner.Plan(process, steps, Coordinates.Network).Steps)
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(Math.Log(step.From.Kappa)):F1}\" cy=\"{y:F1}\" r=\"3.2\" fill=\"#1668b0\"/>");
            svg.Append('\n');
        }

        return svg.Append("</svg>\n").ToString();

        double X(double logKappa) => Left + (high - logKappa) / (high - low) * (Width - Left - Right);
    }
}
