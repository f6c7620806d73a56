using System.Globalization;
using System.Text;
using Rubato.Files;

namespace Rubato.Training;

/// <summary>A stretch of training.</summary>
/// <param name="Pictures">Pictures seen at its end.</param>
/// <param name="Loss">Mean loss of its steps.</param>
/// <param name="GradientNorm">Mean length of the gradient before clipping.</param>
/// <param name="Rate">Learning rate at its end.</param>
/// <param name="PerSecond">Pictures a second.</param>
/// <param name="Seconds">Seconds of training since the first weights.</param>
public readonly record struct TrainingRow(
    double Pictures, double Loss, double GradientNorm, double Rate, double PerSecond, double Seconds);

/// <summary>The course of a run: a row for every 100 steps.</summary>
public sealed class TrainingLog
{
    internal const int Columns = 6;
    private const int StepsOfRow = 100;
    private const string Header = "pictures,loss,gradient_norm,rate,pictures_per_second,seconds";

    private readonly List<TrainingRow> _rows = [];
    private readonly List<TrainingStep> _open = [];
    private double _openSeconds;
    private int _openPictures;

    /// <summary>All rows.</summary>
    public IReadOnlyList<TrainingRow> Rows => _rows;

    /// <summary>Seconds of training since the first weights, without what lies between steps.</summary>
    public double Seconds { get; private set; }

    /// <summary>Notes a step; returns the row that it completes.</summary>
    /// <param name="step">What it did.</param>
    /// <param name="pictures">Pictures of the step.</param>
    /// <param name="seconds">What it took.</param>
    public TrainingRow? Add(TrainingStep step, int pictures, double seconds)
    {
        Seconds += seconds;
        _openSeconds += seconds;
        _openPictures += pictures;
        _open.Add(step);
        if (_open.Count < StepsOfRow) return null;
        var row = new TrainingRow(step.Pictures, _open.Average(s => s.Loss), _open.Average(s => s.GradientNorm), step.Rate,
            _openPictures / _openSeconds, Seconds);
        _rows.Add(row);
        _open.Clear();
        (_openSeconds, _openPictures) = (0, 0);
        return row;
    }

    /// <summary>The rows as numbers, row by row.</summary>
    internal double[] ToNumbers() => [.. _rows.SelectMany(row => new[]
    {
        row.Pictures, row.Loss, row.GradientNorm, row.Rate, row.PerSecond, row.Seconds,
    })];

    internal void Restore(double[] numbers, double seconds)
    {
        _rows.Clear();
        _open.Clear();
        foreach (double[] n in numbers.Chunk(Columns)) _rows.Add(new TrainingRow(n[0], n[1], n[2], n[3], n[4], n[5]));
        (Seconds, _openSeconds, _openPictures) = (seconds, 0, 0);
    }

    /// <summary>Writes all rows as a table with commas.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        text.WriteLine(Header);
        foreach (TrainingRow row in _rows) text.WriteLine(Line(row));
    });

    private static string Line(TrainingRow row) => string.Create(CultureInfo.InvariantCulture,
        $"{row.Pictures:0},{row.Loss:0.000000},{row.GradientNorm:0.0000},{row.Rate:0.00000000},")
        + string.Create(CultureInfo.InvariantCulture, $"{row.PerSecond:0.0},{row.Seconds:0.0}");
}
