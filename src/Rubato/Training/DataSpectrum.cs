using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using Rubato.Checkpoints;
using Rubato.Files;

namespace Rubato.Training;

/// <summary>
/// How far the pictures of a training set spread, along each principal axis: the eigenvalues of the covariance of x / 127.5 - 1,
/// over all of H * W * C.
/// </summary>
/// <param name="Variances">Falling, from 0.</param>
internal sealed record DataSpectrum(IReadOnlyList<double> Variances)
{
    private const string VariancesKey = "variances", TotalKey = "total";
    private const int MostAxes = 1 << 17;
    private const double Scale = 127.5;

    /// <summary>The sum over all axes.</summary>
    public double Total => Variances.Sum();

    /// <summary>
    /// The spectrum of pictures. For 50,000 of 32 x 32 x 3 it takes about a minute, the eigenvalues most of it, and grows with
    /// the cube of their bytes, or of their number where there are fewer.
    /// </summary>
    public static DataSpectrum Of(TrainingPictures pictures)
    {
        int axes = pictures.PictureBytes;
        Matrix<double> products = pictures.Count < axes ? Gram(pictures)
            : Matrix<double>.Build.Dense(axes, axes, PictureCovariance.Of(pictures));
        IEnumerable<double> found = products.Evd(Symmetricity.Symmetric).EigenValues
            .Select(value => Math.Max(value.Real, 0)).OrderDescending();   // what should be 0 may round to less
        return new DataSpectrum([.. found, .. new double[axes - products.RowCount]]);
    }

    /// <summary>The products of pictures with each other, which have the eigenvalues of the covariance but for zeros.</summary>
    private static Matrix<double> Gram(TrainingPictures pictures)
    {
        Matrix<double> rows = Matrix<double>.Build.Dense(pictures.Count, pictures.PictureBytes, (n, i) => pictures.Pixels(n)[i] / Scale);
        Vector<double> mean = rows.ColumnSums() / pictures.Count;
        for (int n = 0; n < pictures.Count; n++) rows.SetRow(n, rows.Row(n) - mean);
        return rows.TransposeAndMultiply(rows) / pictures.Count;
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="CheckpointException">A value is missing, or is not what it should be.</exception>
    public static DataSpectrum Read(string path)
    {
        ModelConfig config = ModelConfig.Read(path);
        double[] variances = config.ReadDoubles(VariancesKey, 0, 1e9, MostAxes);
        return variances.Any(variance => variance > 0) ? new DataSpectrum([.. variances.OrderDescending()])
            : throw CheckpointException.OfKey(path, VariancesKey, "has no number above 0", "the pictures must differ");
    }

    /// <summary>Writes the spectrum as JSON.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber(TotalKey, Total);
            json.WriteStartArray(VariancesKey);
            foreach (double variance in Variances) json.WriteNumberValue(variance);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    });
}
