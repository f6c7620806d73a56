using Rubato.Imaging;

namespace Rubato.Training;

/// <summary>Pictures to look at while a model is trained.</summary>
internal static class SampleGrid
{
    private const int Columns = 6, Steps = 10, MostRows = 20, Border = 2, Factor = 2;
    private const double Guidance = 2;

    /// <summary>A row of samples for each class, of seeds 0, 1, ..; null where it was cancelled.</summary>
    public static Picture? Draw(string modelFolder, IReadOnlyList<string> classes, CancellationToken cancellationToken)
    {
        using var model = RubatoModel.Load(modelFolder);
        var options = new GenerationOptions
        {
            Prompts = [.. classes.Take(MostRows)],
            Count = Columns,
            Seed = 0,
            Steps = Steps,
            GuidanceScale = Guidance,
            Policies = [],
        };
        try
        {
            Picture[] pictures = [.. model.GenerateAsync(options, progress: null, cancellationToken).GetAwaiter().GetResult()
                .Select(sample => sample.Picture.Enlarge(Factor))];
            return PictureGrid.Arrange(pictures, Columns, Border, new byte[pictures[0].Channels]);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
