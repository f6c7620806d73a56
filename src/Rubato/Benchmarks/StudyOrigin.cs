using System.Globalization;
using Rubato.Pipelines;
using Rubato.Tensors.Kernels;

namespace Rubato.Benchmarks;

/// <summary>What was measured, and for how long.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="WeightsHash">SHA-256 of its weights.</param>
/// <param name="Precision">What its products were computed in.</param>
/// <param name="Seconds">That the runs took, in whatever process they were made.</param>
internal sealed record StudyOrigin(string Model, string WeightsHash, string Precision, double Seconds)
{
    /// <summary>That of a model.</summary>
    public static StudyOrigin Of(Diffuser parts, double seconds)
        => new(parts.Name, parts.WeightsHash, PrecisionNames.Of(parts.Precision), seconds);

    /// <summary>As sentences on this machine.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"Written by rubato {GenerationRecord.Version} with weights {WeightsHash[..10]} in {Precision}, kernels {KernelSet.Current.Name}, ")
        + string.Create(CultureInfo.InvariantCulture,
            $"on {Machine.Processor ?? Machine.Architecture} ({Machine.Cores} cores). All runs took {Seconds / 3600:0.00} hours, whenever and wherever they were made.");
}
