using Rubato.Networks;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Training.Horizons;

/// <summary>
/// A policy that chooses a rung of the ladder for a condition, after AdaDiff (Zhang et al. 2023, arXiv:2311.14768): a categorical
/// over the numbers of steps, trained by the policy gradient of quality less cost. Quality is a rank, not within a condition, where
/// more steps are always better and all ranks the same, but among the measured errors of all. They tell the reward of every choice,
/// so the gradient's mean over choices is exact and no sample is drawn. A reconstruction: the paper has no code.
/// </summary>
internal static class StepPolicy
{
    private const double Entropy = 0.01;   // the bonus that keeps choices open

    /// <summary>
    /// The curves of first order under which the horizons of the policy are best at some price of a step: T^2 = a / m. A rule of
    /// a budget so gives horizons as they are to each other.
    /// </summary>
    public static IReadOnlyList<double[][]> Curves(HorizonMeasures measures)
    {
        HorizonCondition[] shown = [.. measures.Shown.Select(i => measures.Conditions[i])];
        ParameterSet parameters = Train(shown, Rewards([.. measures.Shown.Select(i => measures.Errors[i])]), measures.Classes);
        double[][] policies = Policies(parameters, measures.Conditions, measures.Classes, HorizonLadder.Steps.Count);
        return HorizonSources.OfNumbers(measures, [.. policies.Select(policy
            => Math.Exp(2 * policy.Zip(HorizonLadder.Steps, (share, steps) => share * Math.Log(steps)).Sum()))]);
    }

    /// <summary>
    /// What each rung is worth: the share of all errors that are larger than its own, less its part of the dearest's steps.
    /// </summary>
    /// <param name="errors">ln d, for each condition and noise, by rung.</param>
    public static IReadOnlyList<double[][]> Rewards(IReadOnlyList<double[][]> errors)
    {
        double[] all = [.. errors.SelectMany(curves => curves.SelectMany(curve => curve)).Order()];
        return [.. errors.Select(curves => (double[][])[.. curves.Select(curve => (double[])[.. curve.Zip(HorizonLadder.Steps, Reward)])])];

        double Reward(double error, int steps)
        {
            int place = Array.BinarySearch(all, error);
            while (place + 1 < all.Length && all[place + 1] == error) place++;
            return (double)(all.Length - 1 - place) / all.Length - (double)steps / HorizonLadder.Steps[^1];
        }
    }

    /// <summary>Trains a policy.</summary>
    /// <param name="conditions">What is asked.</param>
    /// <param name="rewards">For each condition one list or more, as many for all, of what each choice is worth.</param>
    /// <param name="classes">How many classes there are.</param>
    public static ParameterSet Train(IReadOnlyList<HorizonCondition> conditions, IReadOnlyList<double[][]> rewards, int classes)
        => HorizonFit.Run(conditions, rewards, classes, new float[rewards[0][0].Length], Loss);

    /// <summary>How likely each choice is, for each condition.</summary>
    public static double[][] Policies(ParameterSet parameters, IReadOnlyList<HorizonCondition> conditions, int classes, int choices)
    {
        HorizonNetwork network = HorizonFit.Network(parameters, classes, choices);
        using Scope scope = Scope.Begin();
        Tensor answers = new HorizonExamples(conditions, classes).AskAll(network);
        return [.. Enumerable.Range(0, conditions.Count).Select(i => Shares(answers.AsSpan().Slice(i * choices, choices)))];
    }

    /// <summary>What is made least, minus the mean reward less the bonus, and its derivative by the logits.</summary>
    internal static (double Loss, Tensor Gradient) Loss(Tensor logits, double[][] rewards)
    {
        double loss = 0;
        Tensor gradient = Tensor.Zeros(logits.Shape);
        for (int n = 0; n < rewards.Length; n++)
        {
            int choices = rewards[n].Length;
            double[] shares = Shares(logits.AsSpan().Slice(n * choices, choices));
            double expected = shares.Zip(rewards[n], (share, reward) => share * reward).Sum();
            double entropy = -shares.Sum(share => share * Math.Log(share));
            loss -= (expected + Entropy * entropy) / rewards.Length;
            for (int k = 0; k < choices; k++)
            {
                double gain = rewards[n][k] - expected - Entropy * (Math.Log(shares[k]) + entropy);
                gradient.AsSpan()[n * choices + k] = (float)(-shares[k] * gain / rewards.Length);
            }
        }

        return (loss, gradient);
    }

    private static double[] Shares(ReadOnlySpan<float> logits)
    {
        double[] shares = new double[logits.Length];
        float most = logits[0];
        foreach (float logit in logits) most = Math.Max(most, logit);
        for (int k = 0; k < shares.Length; k++) shares[k] = Math.Max(double.Epsilon, Math.Exp(logits[k] - most));
        double sum = shares.Sum();
        for (int k = 0; k < shares.Length; k++) shares[k] /= sum;
        return shares;
    }
}
