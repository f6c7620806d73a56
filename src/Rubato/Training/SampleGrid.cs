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
        using var model = new RubatoModel(Pipelines.DiffuserFolder.Load(modelFolder) with { Classes = classes });
        var pictures = new List<Picture>();
        foreach (string name in classes.Take(MostRows))
        {
            var options = new GenerationOptions
            {
                Prompt = name, Count = Columns, Seed = 0, Steps = Steps, GuidanceScale = Guidance, Policies = [],
            };
            try
            {
                pictures.AddRange(model.GenerateAsync(options, progress: null, cancellationToken).GetAwaiter().GetResult()
                    .Select(sample => sample.Picture.Enlarge(Factor)));
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }

        return PictureGrid.Arrange(pictures, Columns, Border, new byte[pictures[0].Channels]);
    }
}
