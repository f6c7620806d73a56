using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Goldens;

/// <summary>Analytic models in place of the network: one for each branch.</summary>
/// <param name="conditional">The branch that is always there.</param>
/// <param name="unconditional">Null for a case without guidance.</param>
/// <param name="process">Says at which scale the models see the state.</param>
/// <param name="trace">Where every call of a model is counted.</param>
/// <param name="levels">alpha and sigma of a call by its number, as the reference had them; null for those of the point.</param>
internal sealed class AnalyticBranches(
    AnalyticModel conditional, AnalyticModel? unconditional, IProcess process, Trace trace,
    Func<int, (double Alpha, double Sigma)>? levels = null) : IBranchEvaluator
{
    private int _calls;

    public Task<BranchOutputs> EvaluateAsync(Tensor x, EvaluationPoint point, Branches branches)
    {
        double scale = process.InputScale(point.Level);
        Tensor z = scale == 1 ? x : x * scale;
        (double alpha, double sigma) = levels?.Invoke(_calls++) ?? (scale * point.Level.Alpha, scale * point.Level.Sigma);
        return Task.FromResult(new BranchOutputs(
            Ask(Branches.Conditional, conditional), Ask(Branches.Unconditional, unconditional)));

        BranchOutput? Ask(Branches branch, AnalyticModel? model)
        {
            if (model is null || (branches & branch) == Branches.None) return null;
            trace.Current.Count(1);
            float[] output = model.Predict(z.AsSpan(), x.Shape[0], point.Level.Time, alpha, sigma);
            return new BranchOutput(Tensor.From(output, x.Shape), point.Level, Fresh: true);
        }
    }
}
