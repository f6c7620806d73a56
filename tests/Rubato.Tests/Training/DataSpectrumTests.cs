using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Statistics;
using Rubato.Checkpoints;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class DataSpectrumTests
{
    /// <summary>More pictures than are multiplied at once, and bytes at both ends of their range.</summary>
    private static readonly TrainingPictures Pictures = Of(
        700, i => new Random(i), (random, pixel) => pixel % 5 == 0 ? 255 * random.Next(2) : random.Next(256));

    [Fact]
    public void A_covariance_is_that_of_the_definition()
    {
        int axes = Pictures.PictureBytes;
        double[] got = PictureCovariance.Of(Pictures);
        double[][] columns = [.. Enumerable.Range(0, axes).Select(
            i => Enumerable.Range(0, Pictures.Count).Select(n => Pictures.Pixels(n)[i] / 127.5 - 1).ToArray())];
        for (int i = 0; i < axes; i++)
            for (int j = 0; j < axes; j++) Assert.Equal(columns[i].PopulationCovariance(columns[j]), got[i * axes + j], 1e-12);
    }

    [Fact]
    public void A_spectrum_falls_and_adds_up_to_the_variance_of_all_bytes()
    {
        DataSpectrum spectrum = DataSpectrum.Of(Pictures);
        int axes = Pictures.PictureBytes;
        double[] covariance = PictureCovariance.Of(Pictures);
        Assert.Equal(axes, spectrum.Variances.Count);
        Assert.Equal(Enumerable.Range(0, axes).Sum(i => covariance[i * axes + i]), spectrum.Total, 1e-10);
        Assert.Equal(covariance.Sum(element => element * element), spectrum.Variances.Sum(variance => variance * variance), 1e-9);
        Assert.Equal(spectrum.Variances.OrderDescending(), spectrum.Variances);
    }

    [Fact]
    public void Fewer_pictures_than_axes_have_the_spectrum_of_their_covariance()
    {
        TrainingPictures few = Of(20, i => new Random(i), (random, _) => random.Next(256));
        int axes = few.PictureBytes;
        double[] covariance = PictureCovariance.Of(few);
        double[] eigenvalues = [.. Matrix<double>.Build.Dense(axes, axes, covariance).Evd(Symmetricity.Symmetric).EigenValues
            .Select(value => value.Real).OrderDescending()];
        IReadOnlyList<double> variances = DataSpectrum.Of(few).Variances;
        Assert.Equal(axes, variances.Count);
        for (int i = 0; i < axes; i++) Assert.Equal(eigenvalues[i], variances[i], 1e-12);
    }

    [Fact]
    public void Pictures_that_differ_in_brightness_alone_have_one_axis()
    {
        DataSpectrum spectrum = DataSpectrum.Of(Of(256, i => i, (value, _) => value));
        // 48 equal bytes whose variance is (256^2 - 1) / 12.
        Assert.Equal(48 * (256.0 * 256 - 1) / 12 / (127.5 * 127.5), spectrum.Variances[0], 1e-10);
        Assert.All(spectrum.Variances.Skip(1), variance => Assert.InRange(variance, 0, 1e-12));
    }

    [Fact]
    public void A_spectrum_is_read_as_it_was_written()
    {
        using var folder = new TestFolder();
        DataSpectrum spectrum = DataSpectrum.Of(Pictures);
        spectrum.Write(folder.Of("spectrum.json"));
        Assert.Equal(spectrum.Variances, DataSpectrum.Read(folder.Of("spectrum.json")).Variances);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "variances": [] }""")]
    [InlineData("""{ "variances": [0, 0] }""")]
    [InlineData("""{ "variances": [1, -1] }""")]
    [InlineData("""{ "variances": [1, Infinity] }""")]
    [InlineData("""{ "variances": ["1"] }""")]
    public void What_is_no_spectrum_is_refused_by_key(string json)
    {
        using var folder = new TestFolder();
        string path = folder.Write("spectrum.json", json);
        Assert.Equal("variances", Assert.Throws<CheckpointException>(() => DataSpectrum.Read(path)).Key);
    }

    private static TrainingPictures Of<T>(int count, Func<int, T> picture, Func<T, int, int> pixel)
    {
        byte[] pixels = [.. Enumerable.Range(0, count).SelectMany(i =>
        {
            T own = picture(i);
            return Enumerable.Range(0, 4 * 4 * 3).Select(at => (byte)pixel(own, at));
        })];
        return new TrainingPictures("made up", (4, 4, 3), pixels, new int[count], ["any"]);
    }
}
