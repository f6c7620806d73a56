using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Training.Horizons;

namespace Rubato.Tests.Training.Horizons;

public sealed class StepPolicyTests
{
    [Fact]
    public void It_learns_which_of_two_choices_is_better_for_whom()
    {
        HorizonCondition[] conditions = [.. Enumerable.Range(0, 30).Select(i => new HorizonCondition(i, i % 2, Structure: null))];
        double[][][] rewards = [.. conditions.Select(condition => (double[][])(condition.Class == 0 ? [[0.6, 0.4]] : [[0.1, 0.3]]))];
        ParameterSet parameters = StepPolicy.Train(conditions, rewards, classes: 2);
        double[][] policies = StepPolicy.Policies(parameters, conditions, classes: 2, choices: 2);
        Assert.All(policies.Index(), policy => Assert.True(policy.Item[policy.Index % 2] > 0.9));
        Assert.All(policies, policy => Assert.Equal(1, policy.Sum(), 1e-9));
    }

    [Fact]
    public void Its_gradient_is_that_of_the_mean_reward_and_the_entropy()
    {
        double[][] rewards = [[0.2, 0.7, -0.3], [1, 0, 0.5]];
        float[] logits = [0.3f, -0.5f, 1.2f, 0, 2, -1];
        (double loss, Tensor slopes) = StepPolicy.Loss(Tensor.From(logits, [2, 3]), rewards);
        ReadOnlySpan<float> gradient = slopes.AsSpan();
        Assert.Equal(Loss(0, 0), loss, 1e-6);
        for (int i = 0; i < logits.Length; i++)
        {
            const double h = 1e-5;
            double slope = (Loss(i, h) - Loss(i, -h)) / (2 * h);
            Assert.Equal(slope, gradient[i], 1e-6);
        }

        double Loss(int moved, double by)
        {
            double sum = 0;
            for (int n = 0; n < 2; n++)
            {
                double[] weights = [.. Enumerable.Range(0, 3).Select(k => Math.Exp(logits[3 * n + k] + (3 * n + k == moved ? by : 0)))];
                double[] shares = [.. weights.Select(weight => weight / weights.Sum())];
                sum -= shares.Zip(rewards[n], (share, reward) => share * (reward - 0.01 * Math.Log(share))).Sum();
            }

            return sum / 2;
        }
    }

    [Fact]
    public void A_reward_is_the_share_of_larger_errors_less_the_part_of_the_dearest()
    {
        double[] better = [.. HorizonLadder.Steps.Select((_, i) => -1.0 - i)], worse = [.. better.Select(error => error + 0.5)];
        IReadOnlyList<double[][]> rewards = StepPolicy.Rewards([[better], [worse]]);
        // From the largest error to the smallest they take turns: worse, better, worse, ...
        for (int rung = 0; rung < better.Length; rung++)
        {
            double cost = HorizonLadder.Steps[rung] / 113.0;
            Assert.Equal(2 * rung / 20.0 - cost, rewards[1][0][rung], 1e-12);
            Assert.Equal((2 * rung + 1) / 20.0 - cost, rewards[0][0][rung], 1e-12);
        }
    }
}
