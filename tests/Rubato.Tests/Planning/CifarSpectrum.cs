using Rubato.Planning;
using Rubato.Processes;
using Rubato.Training;

namespace Rubato.Tests.Planning;

/// <summary>The data and the process that schedules of short chains are tested on.</summary>
internal static class CifarSpectrum
{
    public static readonly DataSpectrum Spectrum = DataSpectrum.Read(TestFolder.Source("Planning/cifar10-spectrum.json"));

    public static readonly GaussianSurrogate Data = new(Spectrum.Variances);

    public static readonly VariancePreserving Process = VariancePreserving.FromBetas(BetaSchedules.Linear(1000));

    public static double First => -Math.Log(Process.Kappa(0));

    public static double Last => -Math.Log(Process.Kappa(999));
}
