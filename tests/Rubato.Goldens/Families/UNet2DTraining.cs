using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Goldens;

/// <summary>
/// Cases of class UNet2DModel and kind training: the gradients of the first batch, then a step of the optimiser a batch.
/// </summary>
internal static class UNet2DTraining
{
    public static IEnumerable<(string Name, Tensor Value)> Run(ModelCase model)
    {
        JsonElement args = model.Arguments;
        var parameters = new ParameterSet(new CheckpointWeights(model.Weights));
        var network = (UNet2DModel)Architectures.ByClass["UNet2DModel"](model.Config, new Weights(parameters));
        double rate = args.GetProperty("lr").GetDouble(), clip = args.GetProperty("clip_grad_norm").GetDouble();
        var optimiser = new AdamW(parameters.All, new AdamWOptions
        {
            Beta1 = args.GetProperty("betas")[0].GetDouble(),
            Beta2 = args.GetProperty("betas")[1].GetDouble(),
            Epsilon = args.GetProperty("eps").GetDouble(),
            WeightDecay = args.GetProperty("weight_decay").GetDouble(),
        });

        List<float> losses = [], norms = [];
        for (int batch = 0; batch < args.GetProperty("steps").GetInt32(); batch++)
        {
            parameters.ClearGradients();
            losses.Add(Backward(network, model, batch));
            norms.Add((float)parameters.GradientNorm());
            if (batch == 0)
            {
                yield return ("out.loss0", Tensor.From([losses[0]], [1]));
                foreach (Parameter parameter in parameters.All) yield return ($"out.grad.{parameter.Name}", parameter.Gradient);
            }

            optimiser.Step(rate, Math.Min(1, clip / (norms[^1] + 1e-6)));
        }

        yield return ("out.losses", Tensor.From([.. losses], [losses.Count]));
        yield return ("out.grad_norms", Tensor.From([.. norms], [norms.Count]));
        foreach (Parameter parameter in parameters.All) yield return ($"out.after.{parameter.Name}", parameter.Value);
    }

    /// <summary>Adds the gradients of the mean squared error of the predicted noise, and answers the loss.</summary>
    private static float Backward(UNet2DModel network, ModelCase model, int batch)
    {
        Tensor noisy = model.Input($"batch{batch}.noisy"), noise = model.Input($"batch{batch}.noise");
        using Tape tape = Tape.Begin();
        Tensor loss = network.Evaluate(noisy, model.Input($"batch{batch}.t").AsSpan(), new Condition?[noisy.Shape[0]])
            .MeanSquaredError(noise);
        tape.Backward(loss, Tensor.Full(loss.Shape, 1));
        return loss.AsSpan()[0];
    }
}
