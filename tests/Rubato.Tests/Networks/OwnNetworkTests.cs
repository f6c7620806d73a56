using OwnNetwork;
using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Tests.Networks;

/// <summary>The sample that a user writes against the public interface: another author's network and sampler.</summary>
public sealed class OwnNetworkTests
{
    private static readonly string Folder = NetworkFiles.InRepository("tests", "Goldens", "foreign");

    [Fact]
    public void It_predicts_what_the_author_s_program_predicts()
    {
        Dictionary<string, Tensor> golden = Golden();
        Tensor got = Load().Evaluate(golden["forward_x"], golden["forward_t"].ToArray(), new Condition?[4]);
        double error = NetworkFiles.Distance(got, golden["forward_eps"]);
        Assert.InRange(error, 0, 1e-5);   // tests/Goldens/foreign/README.md
    }

    [Fact]
    public void A_hundred_steps_of_the_author_s_sampler_end_where_his_program_ends()
    {
        Dictionary<string, Tensor> golden = Golden();
        DigitUNet network = Load();
        float[] betas = golden["betas"].ToArray(), bars = golden["alpha_bars"].ToArray();
        Tensor x = golden["ddpm_start"], noise = golden["ddpm_noise_f16"];
        for (int k = 0; k < 100; k++)
        {
            int t = 999 - k;
            double alpha = 1 - betas[t];
            Tensor eps = network.Evaluate(x, [t, t, t, t], new Condition?[4]);
            Tensor n = noise.Rows(k, 1).Reshape(x.Shape);
            x = (x - (1 - alpha) / Math.Sqrt(1 - bars[t]) * eps) / Math.Sqrt(alpha) + Math.Sqrt(betas[t]) * n;
        }

        double error = NetworkFiles.Distance(x, golden["ddpm_after_t_900"]);
        Assert.InRange(error, 0, 1e-3);   // a trajectory amplifies rounding; tests/Goldens/foreign/README.md
    }

    private static DigitUNet Load()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Path.Combine(Folder, "unet_mnist.safetensors"));
        return new DigitUNet(new Weights(new CheckpointWeights(checkpoint)));
    }

    private static Dictionary<string, Tensor> Golden() => NetworkFiles.Tensors(Path.Combine(Folder, "golden_unet_mnist.safetensors"));
}
